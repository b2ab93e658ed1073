using System.CommandLine;
using Engage.Evaluation;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;
using Spectre.Console;

namespace Engage.LoadGen.Replay;

/// <summary>The command line of <c>replay</c>.</summary>
internal static class ReplayCommand
{
    private static readonly Argument<FileInfo> FileArgument = new Argument<FileInfo>("FILE")
    {
        Description = "The data set; it need not be sorted.",
    }.AcceptExistingOnly();

    private static readonly Option<DatasetFormat> FormatOption = new("--format")
    {
        Description = "recbole (.inter, tab-separated), movielens (csv), or auto: as the header looks.",
        DefaultValueFactory = _ => DatasetFormat.Auto,
    };

    private static readonly Option<int?> CountOption = LimitOption.Create();

    private static readonly Option<Uri?> AddressOption = ServerOption.Create(
        "Address of a running server. Without it, one is started on a temporary folder and removed.");

    private static readonly Option<string?> ClientIdOption = ServerOption.CreateClientId();
    private static readonly Option<string?> ClientSecretOption = ServerOption.CreateClientSecret();

    private static readonly Option<int> SeedOption = new("--seed")
    {
        Description = "Seed of the jitter between retries.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string?> JsonOption = new("--json")
    {
        Description = "Write the result as one JSON object to this file; '-' is standard output.",
    };

    private static readonly Option<string?> StateOption = new("--state")
    {
        Description = "Remember answered events in this file and go on from there the next time.",
    };

    public static Command Create()
    {
        var command = new Command(
            "replay", "Streams a recorded data set through the HTTP API, test-then-train, and measures.")
        {
            FileArgument, FormatOption, CountOption, AddressOption, ClientIdOption, ClientSecretOption, SeedOption,
            JsonOption, StateOption,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var settings = Settings(arguments);
        using var json = ResultTarget.Open(arguments.GetValue(JsonOption));
        // With JSON on standard output, people read standard error.
        var output = new AnsiConsoleOutput(json.IsStandardOutput ? Console.Error : Console.Out);
        var people = AnsiConsole.Create(new() { Out = output });
        var run = new ReplayRun(settings, TimeProvider.System);
        var report = await WithProgressAsync(people, progress => run.RunAsync(progress, cancellation));
        ReplayPrinter.Print(people, report, run);
        await json.WriteAsync(report.ToJson(), cancellation);
        return report.Complete ? 0 : 1;
    }

    private static ReplaySettings Settings(ParseResult arguments)
    {
        var server = arguments.GetValue(AddressOption);
        return new()
        {
            File = arguments.GetRequiredValue(FileArgument).FullName,
            Format = arguments.GetValue(FormatOption),
            Limit = arguments.GetValue(CountOption),
            Server = server,
            Account = server is null ? null : ServerOption.Account(
                arguments.GetValue(ClientIdOption), arguments.GetValue(ClientSecretOption)),
            ServerAssembly = ServerProcess.FindAssembly(),
            Seed = arguments.GetValue(SeedOption),
            StateFile = arguments.GetValue(StateOption),
        };
    }

    private static Task<ReplayReport> WithProgressAsync(
        IAnsiConsole console, Func<Action<PrequentialProgress>, Task<ReplayReport>> run) =>
        console.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask("replay", maxValue: 1);
                return run(progress =>
                {
                    task.MaxValue = progress.Total;
                    task.Value = progress.Done;
                    task.Description = FormattableString.Invariant(
                        $"replay {progress.Done}/{progress.Total}, HR@10 {progress.HitRate:0.000}");
                });
            });
}
