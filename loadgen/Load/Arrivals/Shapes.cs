namespace Engage.LoadGen.Load.Arrivals;

/// <summary>
/// Arrivals that do not wait for answers (an open model): whoever is slow meets a growing pile, as in life.
/// </summary>
internal static class Shapes
{
    /// <summary>Evenly spaced, people in turns: for measurements that are to be compared.</summary>
    public static IEnumerable<Arrival> Even(ArrivalSettings settings)
    {
        var total = (long)(settings.Rate * settings.Seconds);
        // A step that is coprime to most numbers of people takes neighbours far apart.
        for (var i = 0L; i < total; i++)
            yield return new(i / settings.Rate, (int)(i * 7_919 % settings.Users), settings.Characters);
    }

    /// <summary>At chance (Poisson), by anybody.</summary>
    public static IEnumerable<Arrival> Random(ArrivalSettings settings) => Poisson(settings, _ => 1, 1);

    /// <summary>
    /// A lecture without a recording to follow: greetings that ebb away, questions that come in waves, applause at the
    /// end. Some people say much and most say little.
    /// </summary>
    public static IEnumerable<Arrival> Lecture(ArrivalSettings settings) =>
        Poisson(settings, share => LectureRate(share) / LectureMean, LecturePeak / LectureMean);

    private const double LecturePeak = 5;
    private const int LectureSteps = 1_000;

    private static readonly double LectureMean =
        Enumerable.Range(0, LectureSteps).Average(step => LectureRate((step + 0.5) / LectureSteps));

    /// <param name="share">Of the lecture that is over, 0 to 1.</param>
    private static double LectureRate(double share)
    {
        var greetings = 3 * Math.Exp(-share / 0.03);
        var questions = 1.5 * Math.Pow(Math.Max(0, Math.Sin(share * Math.PI * 6)), 8);
        var applause = share > 0.96 ? 3.5 : 0;
        return Math.Min(LecturePeak, 0.6 + greetings + questions + applause);
    }

    /// <summary>Thinning (Lewis and Shedler, 1979): draw at the highest rate, keep the share that is due.</summary>
    private static IEnumerable<Arrival> Poisson(ArrivalSettings settings, Func<double, double> relative, double peak)
    {
        var random = new Random(settings.Seed);
        for (var at = Next(0); at < settings.Seconds; at = Next(at))
        {
            var kept = random.NextDouble() * peak < relative(at / settings.Seconds);
            // Drawn in any case, so that arrivals of two rates do not share their people.
            var person = (int)(settings.Users * Math.Pow(random.NextDouble(), 2));
            var characters = Math.Max(1, (int)(settings.Characters * (0.5 + random.NextDouble())));
            if (kept)
                yield return new(at, person, characters);
        }

        double Next(double at) => at - (Math.Log(1 - random.NextDouble()) / (settings.Rate * peak));
    }
}
