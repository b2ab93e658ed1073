using System.Globalization;
using System.Text.Json;
using Engage.LoadGen.Load.People;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.Workers;

/// <summary>
/// A worker process: reads orders from its standard input until that ends, and reports on standard output. It decides
/// nothing itself.
/// </summary>
internal sealed class LoadWorker(TextReader orders, TextWriter reports, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan EnterPatience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan CheckPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TokenLook = TimeSpan.FromSeconds(1);
    private const int OpeningMax = 128;

    private readonly EventLoop _loop = new(time);
    private Timeline _timeline = null!;
    private Crowd? _crowd;
    private CpuWatch _cpu = new(1);

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        _timeline = new(_loop);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ticking = _timeline.RunAsync(ended.Token);
        try
        {
            while (await orders.ReadLineAsync(cancellation) is { } line)
            {
                var work = ObeyAsync(JsonSerializer.Deserialize<Order>(line, Lines.Options)!, cancellation);
                // The time line carries all work: if it fails, nothing will ever be done.
                if (await Task.WhenAny(work, ticking) == ticking)
                    await ticking;
                Tell(await work);
            }

            return 0;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or TimeoutException
            or ArgumentException or IOException or NotSupportedException or System.Net.Sockets.SocketException)
        {
            Tell(new FailedReport(e.Message));
            return 1;
        }
        finally
        {
            await ended.CancelAsync();
            await ticking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<Report> ObeyAsync(Order order, CancellationToken cancellation) => order switch
    {
        EnterOrder enter => EnterAsync(enter, cancellation),
        PhaseOrder phase => PhaseAsync(phase, cancellation),
        CheckOrder check => CheckAsync(check, cancellation),
        _ => throw new InvalidDataException($"Order {order.GetType().Name}: this worker does not know it."),
    };

    private async Task<Report> EnterAsync(EnterOrder order, CancellationToken cancellation)
    {
        var tokens = await File.ReadAllLinesAsync(order.TokenFile, cancellation);
        _cpu = new(order.Workers);
        var crowd = new Crowd(_loop, _timeline, new(
            order.Dialect, order.Server, order.Room, tokens, order.Users, order.Worker, order.Workers,
            order.SlowUsers, order.Seed));
        _crowd = crowd;
        WatchTokens(order.TokenFile, crowd, File.GetLastWriteTimeUtc(order.TokenFile));
        // Visitors need no room.
        if (order.Room.Length == 0)
            return new EnteredReport(0, 0);
        var began = time.GetTimestamp();
        Participant[] people = [.. crowd.People];
        var entered = 0;
        while (true)
        {
            var (isIn, opening) = Admit(people, ref entered, Allowed(people.Length, order.RampSeconds, began));
            if (isIn == people.Length)
                return new EnteredReport(isIn, time.GetElapsedTime(began).TotalSeconds);
            if (time.GetElapsedTime(began) > EnterPatience + TimeSpan.FromSeconds(order.RampSeconds))
                throw new TimeoutException(
                    $"{people.Length - isIn} of {people.Length} people did not get into the room {order.Room}; one of "
                    + $"them: {people.First(person => !person.IsIn).LastFailure ?? "no answer"}.");
            await Task.Delay(opening == OpeningMax ? TimeSpan.FromMilliseconds(2) : Look, time, cancellation);
        }
    }

    /// <summary>Tokens of people who registered live ten minutes; the file is replaced when they have others.</summary>
    private void WatchTokens(string file, Crowd crowd, DateTime seen)
    {
        lock (_loop.Gate)
            _timeline.At(_timeline.After(TokenLook), _ =>
            {
                var written = File.GetLastWriteTimeUtc(file);
                if (written != seen)
                    crowd.Renew(File.ReadAllLines(file));
                WatchTokens(file, crowd, written);
            });
    }

    private int Allowed(int people, double rampSeconds, long began) => rampSeconds <= 0
        ? people
        : (int)Math.Min(people, 1 + (people * time.GetElapsedTime(began).TotalSeconds / rampSeconds));

    /// <summary>Lets in as many as may be on their way at once.</summary>
    private (int In, int Opening) Admit(Participant[] people, ref int entered, int allowed)
    {
        lock (_loop.Gate)
        {
            var isIn = people.Take(entered).Count(person => person.IsIn);
            while (entered < allowed && entered - isIn < OpeningMax)
                people[entered++].Enter();
            return (isIn, entered - isIn);
        }
    }

    private async Task<Report> PhaseAsync(PhaseOrder order, CancellationToken cancellation)
    {
        var crowd = _crowd ?? throw new InvalidOperationException("Nobody has entered a room yet.");
        using var run = new PhaseRun(crowd, order);
        _cpu.Take();
        lock (_loop.Gate)
            run.Begin();
        var cpu = await TellSecondsAsync(crowd, order, cancellation);
        var draining = time.GetTimestamp();
        while (time.GetElapsedTime(draining).TotalSeconds < order.DrainSeconds)
        {
            lock (_loop.Gate)
                if (run.IsQuiet())
                    break;
            await Task.Delay(Look, time, cancellation);
        }

        lock (_loop.Gate)
        {
            run.Dispose();
            return Sum(crowd, run, order.Seconds, cpu);
        }
    }

    /// <returns>The processor time used, as a share of what may be used.</returns>
    private async Task<double> TellSecondsAsync(Crowd crowd, PhaseOrder order, CancellationToken cancellation)
    {
        var shares = new List<double>();
        for (var second = 0; second < order.Seconds; second++)
        {
            var end = order.Begin + _timeline.TicksOf(TimeSpan.FromSeconds(Math.Min(second + 1, order.Seconds)));
            var wait = time.GetElapsedTime(time.GetTimestamp(), end);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellation);
            shares.Add(_cpu.Take());
            lock (_loop.Gate)
            {
                var now = crowd.Second;
                crowd.Second = new();
                Tell(new SecondReport(
                    second, crowd.People.Count(person => person.IsIn), now.Acknowledged, now.Received, shares[^1],
                    now.Delivery.ToPairs(), now.Acknowledgement.ToPairs()));
            }
        }

        return shares.DefaultIfEmpty(0).Average();
    }

    private static PhaseReport Sum(Crowd crowd, PhaseRun run, double seconds, double cpu)
    {
        var tally = crowd.Tally;
        return new(
            seconds, crowd.People.Count(person => person.IsIn),
            crowd.People.Count(person => run.IsBehind(person) || person.Reception.IsFlawed),
            crowd.People.Sum(person => (long)person.Unanswered), tally.Offered, tally.Sent, tally.Acknowledged,
            tally.ReactionsAcknowledged, tally.VisitsAcknowledged, tally.VisitsUnknown, tally.Deferred, tally.Unknown,
            tally.Received, tally.Disconnected,
            tally.Refused, cpu, tally.Delivery.ToPairs(), tally.Acknowledgement.ToPairs(), tally.Lag.ToPairs(),
            tally.CatchUp.ToPairs(), tally.Visit.ToPairs(), crowd.Newest,
            crowd.People.Select(person => person.LastFailure).FirstOrDefault(failure => failure is not null));
    }

    private async Task<Report> CheckAsync(CheckOrder order, CancellationToken cancellation)
    {
        var crowd = _crowd ?? throw new InvalidOperationException("Nobody has entered a room yet.");
        var seqs = await File.ReadAllLinesAsync(order.SeqFile, cancellation);
        var log = new RoomTranscript(seqs.Select(line => long.Parse(line, CultureInfo.InvariantCulture)));
        var file = $"{order.SeqFile}.{Environment.ProcessId}";
        await WaitForLastAsync(crowd, log.Last, cancellation);
        List<string> acknowledged;
        Verdict verdict;
        long reloads;
        lock (_loop.Gate)
        {
            verdict = crowd.People.Aggregate(
                Verdict.None, (sum, person) => sum + person.Reception.Compare(log));
            reloads = crowd.People.Sum(person => (long)Math.Max(0, person.Reception.Stays - 1));
            acknowledged = crowd.Acknowledged.ConvertAll(each => string.Create(
                CultureInfo.InvariantCulture, $"{each.Id} {each.Seq}"));
        }

        await File.WriteAllLinesAsync(file, acknowledged, cancellation);
        return new CheckReport(
            verdict.Expected, verdict.Received, verdict.Lost, verdict.Doubled, verdict.OutOfOrder, reloads, file);
    }

    /// <summary>A phase ends when everybody of this worker has the newest entry that this worker knows; of another's
    /// last message some may still be on their way.</summary>
    private async Task WaitForLastAsync(Crowd crowd, long last, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < CheckPatience)
        {
            lock (_loop.Gate)
                if (!crowd.People.Any(person =>
                    person.Reception.IsIn && !person.IsPaused && person.Reception.Through < last))
                    return;
            await Task.Delay(Look, time, cancellation);
        }
    }

    private void Tell(Report report)
    {
        var line = JsonSerializer.Serialize(report, Lines.Options);
        lock (reports)
        {
            reports.WriteLine(line);
            reports.Flush();
        }
    }
}
