using System.CommandLine;
using System.Globalization;
using Engage.LoadGen.Load.Conducting;
using Engage.LoadGen.Protocol;

namespace Engage.LoadGen.Load;

/// <summary>What can be said on the command line of <c>load</c>.</summary>
internal sealed class LoadOptions
{
    public const string Users = "users";
    public const string Rate = "rate";

    private const string Open = "open";
    private const string Closed = "closed";
    private const string Peer = "ws";

    private readonly Argument<string> _scenario = new("SCENARIO")
    {
        Description = string.Join("; ", ScenarioDefaults.All.Select(each => $"{each.Name}: {each.Description}")),
    };

    private readonly Option<int?> _users = new("--users") { Description = Default("People", each => each.Users) };

    private readonly Option<double?> _rate = new("--rate")
    {
        Description = Default("Messages, reactions or visits a second", each => each.Rate),
    };

    private readonly Option<double?> _seconds = new("--seconds")
    {
        Description = Default("Length of the run", each => each.Seconds),
    };

    private readonly Option<double> _ramp = new("--ramp") { Description = "Seconds over which people come in (0)." };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The same seed gives the same arrivals (1).",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _workers = new("--workers")
    {
        Description = "Processes that the people are spread over (1).",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _model = new("--model")
    {
        Description = "open: people do not wait for answers; closed: each goes on once she is answered (open).",
        DefaultValueFactory = _ => Open,
    };

    private readonly Option<FileInfo> _timings = new Option<FileInfo>("--timings")
    {
        Description = "Follow recorded chats (csv: stream,ms,author,moderator,chars) instead of a built-in shape.",
    }.AcceptExistingOnly();

    private readonly Option<double> _share = new("--share")
    {
        Description = "slow-readers: the share of people who stop reading (0.01).",
        DefaultValueFactory = _ => 0.01,
    };

    private readonly Option<string> _peer = new("--peer")
    {
        Description = "storm: ws to measure beside it how a bare ws hub takes as many connections back, where Node.js "
            + "is there; none not to (ws).",
        DefaultValueFactory = _ => Peer,
    };

    private readonly Option<double> _lag = new("--max-lag")
    {
        Description = "Milliseconds that the generator itself may be late with one thing in twenty (100).",
        DefaultValueFactory = _ => 100,
    };

    private readonly Option<Uri?> _server = ServerOption.Create(
        "Address of a running server. Without it, one is started on a temporary folder and removed.");

    private readonly Option<string?> _clientId = ServerOption.CreateClientId();
    private readonly Option<string?> _clientSecret = ServerOption.CreateClientSecret();

    private readonly Option<FileInfo?> _key = new("--signing-key")
    {
        Description = "The server's token-signing.pem, to make tokens with (ENGAGE_SIGNING_KEY); without it, a few "
            + "accounts register and sign in, which a server limits to some tens a minute.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ENGAGE_SIGNING_KEY") is { Length: > 0 } file
            ? new(file)
            : null,
    };

    private readonly Option<int> _accounts = new("--accounts")
    {
        Description = "How many accounts register, without a signing key (20).",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<double?> _p50 = Limit("--max-p50", "Milliseconds of the median delivery");
    private readonly Option<double?> _p95 = Limit("--max-p95", "Milliseconds that 95 % of deliveries take");
    private readonly Option<double?> _p99 = Limit("--max-p99", "Milliseconds that 99 % of deliveries take");
    private readonly Option<double?> _ack = Limit("--max-ack-p99", "Milliseconds that 99 % of acknowledgements take");
    private readonly Option<double?> _catchUp = Limit("--max-catch-up", "Milliseconds until the last has caught up");
    private readonly Option<double?> _slowRatio = Limit("--max-slow-ratio", "slow-readers: p99 with over p99 before");
    private readonly Option<long> _lost = Count("--max-lost", "Entries lost");
    private readonly Option<long> _doubled = Count("--max-doubled", "Entries received twice");
    private readonly Option<long> _outOfOrder = Count("--max-out-of-order", "Entries received late");
    private readonly Option<long> _refused = Count("--max-refused", "Actions refused for good");
    private readonly Option<long?> _reloads = CountButSlow("--max-reloads", "People who had to start afresh");
    private readonly Option<long?> _disconnected =
        CountButSlow("--max-disconnected", "Connections that the server ended");

    public LoadOptions()
    {
        _scenario.AcceptOnlyFromAmong([.. ScenarioDefaults.All.Select(each => each.Name)]);
        _model.AcceptOnlyFromAmong(Open, Closed);
        FindLimit.AcceptOnlyFromAmong(Users, Rate);
        _peer.AcceptOnlyFromAmong(Peer, "none");
        _server.Aliases.Add("--url");
        _clientId.Aliases.Add("--service-id");
        _clientSecret.Aliases.Add("--service-secret");
    }

    public Option<string?> FindLimit { get; } = new("--find-limit")
    {
        Description = "users or rate: searches for the highest of which every threshold holds, in runs of this length.",
    };

    public Option<string?> Json { get; } = new("--json")
    {
        Description = "Write the result as one JSON object to this file; '-' is standard output.",
    };

    public Option<string?> Html { get; } = new("--html")
    {
        Description = "Write the result as a page with curves to this file; '-' is standard output.",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_scenario);
        foreach (var option in new Option[]
        {
            _users, _rate, _seconds, _ramp, _seed, _workers, _model, _timings, _share, _peer, _lag, _p50, _p95, _p99,
            _ack, _catchUp, _slowRatio, _lost, _doubled, _outOfOrder, _refused, _reloads, _disconnected, FindLimit,
            Json, Html, _server, _clientId, _clientSecret, _key, _accounts,
        })
            command.Options.Add(option);
    }

    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public LoadSettings Settings(ParseResult parsed)
    {
        var scenario = ScenarioDefaults.Named(parsed.GetRequiredValue(_scenario));
        var readersLag = scenario.Scenario == Scenario.SlowReaders;
        return new()
        {
            Scenario = scenario.Scenario,
            Users = (int)Within("--users", parsed.GetValue(_users) ?? scenario.Users, 1, 100_000),
            Rate = Within("--rate", parsed.GetValue(_rate) ?? scenario.Rate, 0.01, 1_000_000),
            Seconds = Within("--seconds", parsed.GetValue(_seconds) ?? scenario.Seconds, 1, 86_400),
            Ramp = Within("--ramp", parsed.GetValue(_ramp), 0, 86_400),
            Seed = parsed.GetValue(_seed),
            Workers = (int)Within("--workers", parsed.GetValue(_workers), 1, 64),
            Closed = parsed.GetValue(_model) == Closed,
            Timings = parsed.GetValue(_timings)?.FullName,
            LagMax = Within("--max-lag", parsed.GetValue(_lag), 0.001, 3_600_000),
            // A search runs it many times; once would do, but for no figure of the search.
            WithPeer = parsed.GetValue(_peer) == Peer && parsed.GetValue(FindLimit) is null,
            SlowShare = Within("--share", parsed.GetValue(_share), 0, 0.9),
            Limits = new()
            {
                P50 = parsed.GetValue(_p50),
                P95 = parsed.GetValue(_p95),
                P99 = parsed.GetValue(_p99),
                Acknowledgement = parsed.GetValue(_ack),
                CatchUp = parsed.GetValue(_catchUp),
                SlowRatio = parsed.GetValue(_slowRatio),
                Lost = parsed.GetValue(_lost),
                Doubled = parsed.GetValue(_doubled),
                OutOfOrder = parsed.GetValue(_outOfOrder),
                Refused = parsed.GetValue(_refused),
                Reloads = parsed.GetValue(_reloads) ?? (readersLag ? null : 0),
                Disconnected = parsed.GetValue(_disconnected) ?? (readersLag ? null : 0),
            },
        };
    }

    /// <returns>Null: a server of our own.</returns>
    public GivenServer? Server(ParseResult parsed)
    {
        if (parsed.GetValue(_server) is not { } address)
            return null;
        return new(
            address, ServerOption.Account(parsed.GetValue(_clientId), parsed.GetValue(_clientSecret)),
            parsed.GetValue(_key)?.FullName, (int)Within("--accounts", parsed.GetValue(_accounts), 2, 10_000));
    }

    private static double Within(string option, double value, double least, double most) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"{option} {value}: expected {least:#,0.##} to {most:#,0.##}."));

    private static Option<double?> Limit(string name, string what) => new(name)
    {
        Description = $"{what}, at most; not looked at unless given.",
    };

    private static Option<long?> CountButSlow(string name, string what) =>
        new(name) { Description = $"{what}, at most (0; slow-readers: any)." };

    private static Option<long> Count(string name, string what) => new(name) { Description = $"{what}, at most (0)." };

    private static string Default(string what, Func<ScenarioDefaults, double> value)
    {
        var values = ScenarioDefaults.All.Select(each => FormattableString.Invariant($"{each.Name} {value(each)}"));
        return $"{what} ({string.Join(", ", values)}).";
    }
}
