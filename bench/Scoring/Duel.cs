using System.Diagnostics;
using Engage.Bench.Peers;

namespace Engage.Bench.Scoring;

/// <summary>
/// One piece of work, ours and the peer's, measured in turns. A round's value is the fastest of a few bursts of about
/// two milliseconds, on both sides: other programs share the machine, and what they take is not what is measured.
/// </summary>
/// <param name="name">Of the rows.</param>
/// <param name="examples">Per step, for the rates.</param>
/// <param name="operations">Floating-point operations per step, for the share of the peak; 0 where it says
/// nothing.</param>
internal sealed class Duel(string name, int examples, double operations, Action step)
{
    private const int BurstsMax = 10;
    private const int BurstsMin = 2;
    private const double SecondsPerRound = 0.2;
    private const double SecondsPerBurst = 0.002;
    private const double SecondsToChoose = 0.05;
    private const double SecondsOfWarmUp = 0.4;
    private const float ToleratedDifference = 1e-4f;

    private readonly List<double> _ours = [];
    private readonly List<double> _shares = [];
    private readonly Dictionary<string, List<double>> _peers = [];
    private string _note = "";
    private int _case = -1;
    private int _bursts = 1;
    private int _iterations = 1;
    private int _peerIterations = 1;

    /// <summary>Gives the peer the same work and sees that it gets the same results.</summary>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public async Task SetAsync(
        ScoringScene scene, string kind, Dictionary<string, object> fields, float[] ours,
        CancellationToken cancellation)
    {
        if (scene.Torch is null)
        {
            _note = scene.TorchAbsence;
            return;
        }

        (_case, var variant, var theirs) = await scene.Torch.SetAsync(
            kind, fields, scene.Smoke ? 0 : SecondsToChoose, cancellation);
        for (var i = 0; i < Math.Max(ours.Length, theirs.Length); i++)
            if (!(MathF.Abs(ours[i] - theirs[i]) <= ToleratedDifference * MathF.Max(1, MathF.Abs(theirs[i]))))
                throw new InvalidOperationException($"{name}, result {i}: ours is {ours[i]}, the peer's {theirs[i]}.");
        _note = $"{scene.Torch.Description}; fastest: {variant}";
    }

    /// <summary>Runs until the compiler has done its best and one round's length is known.</summary>
    public async Task WarmUpAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var (started, steps) = (Stopwatch.GetTimestamp(), 0);
        var budget = scene.Smoke ? 0 : SecondsOfWarmUp;
        do
        {
            step();
            steps++;
        }
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < budget);
        if (scene.Smoke)
            return;
        var perSecond = steps / Stopwatch.GetElapsedTime(started).TotalSeconds;
        _iterations = Rounded(perSecond);
        _bursts = (int)Math.Clamp(perSecond * SecondsPerRound / _iterations, BurstsMin, BurstsMax);
        if (scene.Torch is { } torch)
            _peerIterations = Rounded(3 / await torch.RunAsync(_case, eager: false, 5, 3, cancellation));
    }

    /// <summary>One round: ours, the peer in its two ways.</summary>
    /// <returns>Our seconds per step.</returns>
    public async Task<double> RoundAsync(ScoringScene scene, CancellationToken cancellation)
    {
        var peak = operations > 0 ? FmaPeak.Measure() : 0;
        _ours.Add(Enumerable.Range(0, _bursts).Min(_ => Burst()));
        if (operations > 0)
            _shares.Add(operations / _ours[^1] / peak);
        if (scene.Torch is not { } torch)
            return _ours[^1];
        foreach (var (peer, eager) in ((string, bool)[])[(TorchPeer.Eager, true), (TorchPeer.Fastest, false)])
        {
            if (!_peers.TryGetValue(peer, out var seconds))
                _peers[peer] = seconds = [];
            seconds.Add(await torch.RunAsync(_case, eager, _bursts, _peerIterations, cancellation) / _peerIterations);
        }

        return _ours[^1];
    }

    /// <summary>Rate and time beside the peer, and the share of the peak.</summary>
    public IEnumerable<BenchRow> ToRows(string rate)
    {
        yield return Row(rate, seconds => examples / seconds);
        yield return Row("µs/batch", seconds => 1e6 * seconds);
        if (operations > 0)
            yield return new(name, "% of FMA peak", Spread.Of(_shares.Select(share => 100 * share)), Nobody)
            {
                Note = "peak measured before each round",
            };
    }

    private static IReadOnlyDictionary<string, Spread> Nobody { get; } = new Dictionary<string, Spread>();

    private static int Rounded(double perSecond) => (int)Math.Clamp(perSecond * SecondsPerBurst, 1, 1_000_000);

    private double Burst()
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < _iterations; i++)
            step();
        return Stopwatch.GetElapsedTime(started).TotalSeconds / _iterations;
    }

    private BenchRow Row(string unit, Func<double, double> of) => new(
        name, unit, Spread.Of(_ours.Select(of)),
        _peers.ToDictionary(peer => peer.Key, peer => Spread.Of(peer.Value.Select(of))))
    {
        Note = _note,
    };
}
