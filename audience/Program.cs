using System.CommandLine;
using Engage.Audience.Catalogue;
using Engage.Audience.Driving;
using Engage.Audience.Rooms;
using Engage.LoadGen.Protocol;

var server = ServerOption.Create("Address of the platform.");
server.Required = true;
var users = new Option<int>("--users")
{
    Description = "Simulated users.",
    DefaultValueFactory = _ => new AudienceSettings().Users,
};
var rate = new Option<double>("--events-per-second")
{
    Description = "Events a second on average.",
    DefaultValueFactory = _ => new AudienceSettings().EventsPerSecond,
};
var seed = new Option<int>("--seed") { Description = "Seed of tastes and choices.", DefaultValueFactory = _ => 1 };
users.Validators.Add(option =>
{
    if (option.GetValueOrDefault<int>() is < 1 or > 10_000)
        option.AddError("--users: expected 1 to 10,000.");
});
rate.Validators.Add(option =>
{
    if (option.GetValueOrDefault<double>() is not (>= 0.1 and <= 500))
        option.AddError("--events-per-second: expected 0.1 to 500.");
});
var root = new RootCommand(
    "A demo audience: fills the catalogue and acts like people whose tastes drift, until it is stopped.")
{
    server, users, rate, seed,
};
root.SetAction((arguments, stopping) => PlayAsync(
    arguments.GetRequiredValue(server)!,
    new()
    {
        Users = arguments.GetValue(users),
        EventsPerSecond = arguments.GetValue(rate),
        Seed = arguments.GetValue(seed),
    },
    stopping));
return await root.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });

static async Task<int> PlayAsync(Uri server, AudienceSettings settings, CancellationToken stopping)
{
    if (Environment.GetEnvironmentVariable("ENGAGE_CLIENT_ID") is not { Length: > 0 } id ||
        Environment.GetEnvironmentVariable("ENGAGE_CLIENT_SECRET") is not { Length: > 0 } secret)
    {
        await Console.Error.WriteLineAsync(
            "No service account: set ENGAGE_CLIENT_ID and ENGAGE_CLIENT_SECRET to the server's.");
        return 2;
    }

    var retry = new RetryPolicy(new() { Seed = settings.Seed });
    using var client = new EngageClient(server, new(id, secret), retry, TimeProvider.System);
    var catalogue = DemoCatalogue.Compose(Texts.Load());
    var run = new AudienceRun(client, catalogue, settings, TimeProvider.System);
    var people = new DemoPeople(secret);
    var rooms = new RoomsOfTheDemo(
        client, server, catalogue, people, new() { Seed = settings.Seed }, TimeProvider.System);
    try
    {
        await DemoSetup.RunAsync(client, catalogue, people, stopping);
        await rooms.SetUpAsync(stopping);
        foreach (var account in people.Visitors)
            Console.WriteLine($"Demo account: {account.UserName}   password: {account.Password}");
        Console.WriteLine(
            $"The account {people.Teacher.UserName} sees the dashboard of creator {DemoRoom.TeachersCreator}.");
        Console.WriteLine($"A simulated audience of {settings.Users} is at work.");
        await Task.WhenAll(run.RunAsync(stopping), rooms.RunAsync(stopping));
    }
    catch (OperationCanceledException) when (stopping.IsCancellationRequested)
    {
        await Console.Error.WriteLineAsync($"Stopped. {run.Taken} events taken, {run.Rejected} rejected.");
    }
    catch (RequestException e)
    {
        await Console.Error.WriteLineAsync($"The audience gives up: {e.Message}");
        return 1;
    }

    return 0;
}
