namespace Engage.LoadGen.Load.Arrivals;

/// <summary>Somebody is due to do something.</summary>
/// <param name="Seconds">Since the part of the run began.</param>
/// <param name="Person">Number of who it is.</param>
/// <param name="Characters">Length of what is said.</param>
internal readonly record struct Arrival(double Seconds, int Person, int Characters);

/// <summary>How often something happens, by whom, for how long: the same settings give the same arrivals.</summary>
/// <param name="Rate">A second, on average over the whole time.</param>
internal sealed record ArrivalSettings(double Rate, double Seconds, int Users, int Characters, int Seed);
