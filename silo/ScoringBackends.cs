using Engage.Neural;

namespace Engage.Silo;

/// <summary>
/// Chooses what computes the ranker's forward pass: the settings <c>Scoring</c>, Managed or Torch, and
/// <c>Scoring:Device</c>.
/// </summary>
internal static class ScoringBackends
{
    /// <summary>Null when this build can score with Torch, otherwise why not.</summary>
#if TORCH
    public static string? TorchMissing => null;
#else
    public static string? TorchMissing => "this build has no TorchSharp; build with -p:Scoring=Torch";
#endif

    /// <param name="name">Managed, the default, or Torch; in any case.</param>
    /// <param name="device">Auto, the default, Cpu or Cuda; in any case.</param>
    /// <exception cref="ArgumentException">Another name, or one that this build has not.</exception>
    /// <exception cref="InvalidOperationException">Torch does not load, or there is no such device.</exception>
    public static IMlpBackend Choose(string? name, string? device = null)
    {
        var demanded = Device(device);
        if (name is null || Is(name, "Managed"))
            return demanded != ScoringDevice.Cuda
                ? ManagedBackend.Instance
                : throw new ArgumentException(
                    "Scoring:Device is 'Cuda', but Scoring=Managed computes on the processor; set Scoring=Torch too, "
                    + "or leave the device out.");
        if (!Is(name, "Torch"))
            throw new ArgumentException($"Scoring is '{name}'; it must be Managed or Torch.");
#if TORCH
        return new TorchBackend(demanded);
#else
        throw new ArgumentException($"Scoring is '{name}', but {TorchMissing}, or leave the setting out.");
#endif
    }

    private static ScoringDevice? Device(string? device)
    {
        if (device is null || Is(device, "Auto")) return null;
        if (Is(device, "Cpu")) return ScoringDevice.Cpu;
        if (Is(device, "Cuda")) return ScoringDevice.Cuda;
        throw new ArgumentException($"Scoring:Device is '{device}'; it must be Auto, Cpu or Cuda.");
    }

    private static bool Is(string given, string kind) => string.Equals(given, kind, StringComparison.OrdinalIgnoreCase);
}
