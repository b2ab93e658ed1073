using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Storage;
using Engage.Storage.Books;
using Microsoft.Extensions.Configuration;

namespace Engage.Silo.Ledger;

/// <summary>
/// <c>ledger verify</c>: recomputes the books and names the first bad posting. Reads only, so it may be run beside a
/// server, and on what a stopped one left.
/// </summary>
public static class LedgerCommand
{
    /// <summary>Exit codes: all is well; something is wrong; nothing is known.</summary>
    public const int Sound = 0, Faulty = 1, NotVerified = 2;

    private const string Usage = "usage: ledger verify [--data DIR] [--storage postgres://...] [--json FILE]";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <param name="args">Behind the word <c>ledger</c>. What they leave open comes from the environment, as the
    /// server's own settings do (<c>Storage__Kind</c>, <c>Storage__Path</c>, <c>Storage__ConnectionString</c>).</param>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var (options, json) = Read(args);
            var started = Stopwatch.GetTimestamp();
            var verdict = await BookVerifier.RunAsync(options, new Announcer(), CancellationToken.None);
            await WriteAsync(verdict, Stopwatch.GetElapsedTime(started), json);
            return verdict.Fault is null ? Sound : Faulty;
        }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"engage: {error.Message}");
            return NotVerified;
        }
    }

    private static (StorageOptions Options, string? Json) Read(string[] args)
    {
        if (args is not ["verify", ..] || args.Length % 2 == 0) throw new ArgumentException(Usage);

        var options = new StorageOptions();
        new ConfigurationBuilder().AddEnvironmentVariables().Build().GetSection("Storage").Bind(options);
        string? json = null;
        for (var i = 1; i < args.Length; i += 2)
        {
            var value = args[i + 1];
            switch (args[i])
            {
                case "--data": (options.Kind, options.Path) = (StorageOptions.Sqlite, value); break;
                case "--storage": (options.Kind, options.ConnectionString) = (StorageOptions.Postgres, value); break;
                case "--json": json = value; break;
                default: throw new ArgumentException($"Unknown option '{args[i]}'. {Usage}");
            }
        }
        return (options, json);
    }

    private static async Task WriteAsync(BookVerdict verdict, TimeSpan elapsed, string? json)
    {
        // Standard output belongs to the result when it is asked for there.
        var people = json == "-" ? Console.Error : Console.Out;
        await people.WriteLineAsync(Sentence(verdict));
        if (json is null) return;

        var fault = verdict.Fault is { } found
            ? new FaultReport(found.Place?.Seq, found.Place?.Line, found.What, found.Expected, found.Actual)
            : null;
        var report = JsonSerializer.Serialize(
            new VerifyReport(
                fault is null, verdict.Entries, verdict.Postings, verdict.Head, elapsed.TotalSeconds, fault),
            Json);
        if (json == "-") await Console.Out.WriteLineAsync(report);
        else await File.WriteAllTextAsync(json, report + "\n");
    }

    private static string Sentence(BookVerdict verdict) => verdict.Fault switch
    {
        null => $"The books are sound: {verdict.Entries} entries, {verdict.Postings} postings, head {verdict.Head}",
        { Place: { } place } fault =>
            $"The books are damaged at entry {place.Seq}, line {place.Line}: {fault.What}; "
            + $"expected {fault.Expected}; found {fault.Actual}",
        var fault =>
            $"The books are damaged: {fault.What}; expected {fault.Expected}; found {fault.Actual} "
            + $"(the chain is sound up to entry {verdict.Entries})",
    };

    /// <summary>Every tenth of the way, on standard error.</summary>
    private sealed class Announcer : IProgress<VerifyProgress>
    {
        private long _told;

        public void Report(VerifyProgress value)
        {
            var tenths = value.Total == 0 ? 10 : 10 * value.Done / value.Total;
            if (tenths <= _told) return;
            _told = tenths;
            Console.Error.WriteLine($"{tenths * 10}% ({value.Done} of {value.Total} rows)");
        }
    }

    /// <param name="Head">The end of the chain that was found good.</param>
    private sealed record VerifyReport(
        bool Sound, long Entries, long Postings, string Head, double Seconds, FaultReport? Fault);

    private sealed record FaultReport(long? Seq, int? Line, string What, string Expected, string Actual);
}
