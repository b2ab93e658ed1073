using System.CommandLine;
using Engage.LoadGen.Load.Arrivals;
using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Protocol;
using Spectre.Console;

namespace Engage.LoadGen.Load;

/// <summary>The command line of <c>load</c>.</summary>
internal static class LoadCommand
{
    /// <summary>The exit code of a run whose generator was at its end: its figures say nothing.</summary>
    public const int GeneratorBound = 3;

    public static Command Create()
    {
        var options = new LoadOptions();
        var command = new Command(
            "load",
            "Sends people into a live room and measures what they notice; every connection's account is held against "
            + "the room's log. Exit code 0: every threshold holds; 1: one is broken; 2: unusable input; 3: the "
            + "generator itself was at its end, so that there are no figures.");
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(options, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(LoadOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        var settings = options.Settings(parsed);
        var given = options.Server(parsed);
        // Workers read it again, but a line that is no message is the caller's to mend, and at once.
        if (settings.Timings is { } file)
            Recording.Read(file);
        using var json = ResultTarget.Open(parsed.GetValue(options.Json));
        using var html = ResultTarget.Open(parsed.GetValue(options.Html), "--html");
        // With a result on standard output, people read standard error.
        var people = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(json.IsStandardOutput || html.IsStandardOutput ? Console.Error : Console.Out),
        });
        var progress = new LoadProgress(people);
        await using var stage = given is null
            ? await LoadStage.StartAsync(TimeProvider.System, cancellation)
            : LoadStage.Given(given, TimeProvider.System);
        var report = parsed.GetValue(options.FindLimit) is { } what
            ? await FindLimitAsync(what, settings, stage, progress, cancellation)
            : await new LoadRun(stage, settings, progress, TimeProvider.System).RunAsync(cancellation);
        progress.End();
        if (report.Bottleneck is { } bottleneck)
            return await RefuseAsync(bottleneck);
        LoadPrinter.Print(people, report);
        await json.WriteAsync(report.ToJson(), cancellation);
        await html.WriteAsync(LoadPage.Write(report), cancellation);
        return report.Holds ? 0 : 1;
    }

    private static Task<LoadReport> FindLimitAsync(
        string what, LoadSettings settings, LoadStage stage, LoadProgress progress, CancellationToken cancellation)
    {
        var search = new LimitSearch(value =>
        {
            progress.Tell(FormattableString.Invariant($"trying {value:N0} {what}"));
            var tried = what == LoadOptions.Users
                ? settings with { Users = (int)value }
                : settings with { Rate = value };
            return new LoadRun(stage, tried, progress, TimeProvider.System).RunAsync(cancellation);
        });
        return search.FindAsync(what, what == LoadOptions.Users ? settings.Users : settings.Rate);
    }

    private static async Task<int> RefuseAsync(string bottleneck)
    {
        await Console.Error.WriteLineAsync(
            $"engage: the load generator itself was at its end: {bottleneck}. Its figures would say nothing about the "
            + "server, so there are none. Use fewer users, a lower rate, more --workers, or a machine of its own.");
        return GeneratorBound;
    }
}
