using System.Globalization;
using System.Runtime.CompilerServices;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Servers;
using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>One server and one browser serve all tests; they run one after the other.</summary>
[CollectionDefinition(nameof(LivePage))]
public sealed class LivePageTests : ICollectionFixture<LivePage>;

/// <summary>A real server process with the built page and a catalogue, and a real browser.</summary>
public sealed class LivePage : IAsyncLifetime
{
    public const string Chromium = "/usr/bin/chromium";
    private const int Contents = 30;
    private readonly string _handover = Path.Combine(Path.GetTempPath(), $"engage-operator-{Guid.NewGuid():n}");
    private ServerProcess? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static string WebRoot { get; } =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "web", "dist"));

    public Uri Address => _server!.Address;

    /// <summary>The back end that the server trusts.</summary>
    public ServiceAccount Service => _server!.Account;

    /// <summary>Of the first operator, as it was handed over.</summary>
    public string OperatorPassword => File.ReadAllText(_handover);

    public async Task InitializeAsync()
    {
        if (!File.Exists(Chromium)) return;

        Environment.SetEnvironmentVariable("Web__Root", WebRoot);
        // All people of these tests sign up from one address, more in a minute than people would.
        Environment.SetEnvironmentVariable("Limits__AccountsPerMinute", "10000");
        // What a guess costs is no matter of pages: the least that the server takes.
        Environment.SetEnvironmentVariable("Accounts__PasswordIterations", "1000");
        Environment.SetEnvironmentVariable("Auth__OperatorHandover", _handover);
        var assembly = ServerProcess.FindAssembly()
            ?? throw new InvalidOperationException(
                $"No server to test: build api/, or set {ServerProcess.PathVariable}.");
        _server = ServerProcess.Start(assembly);
        using var client = new EngageClient(
            _server.Address, _server.Account, new RetryPolicy(new()), TimeProvider.System);
        await _server.WaitReadyAsync(client, CancellationToken.None);
        await FillAsync(client);

        // What is expected comes as soon as it can; a busy machine must not be what fails a test.
        Assertions.SetDefaultExpectTimeout(20_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync",
            ],
        });
    }

    /// <summary>A visitor of her own: no cookies, no storage, the given language and screen.</summary>
    public async Task<IPage> VisitAsync(
        string language, int width, int height, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = Address.OriginalString,
            Locale = language,
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
        });
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        return page;
    }

    /// <summary>All visitors close their browsers.</summary>
    public async Task LeaveAsync()
    {
        foreach (var context in _browser!.Contexts.ToArray()) await context.CloseAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        File.Delete(_handover);
    }

    private static async Task FillAsync(EngageClient client)
    {
        await client.CreateAsync(
            new CommunityMessage("g-ai", new("人工智能", "Artificial intelligence")),
            CancellationToken.None);
        await client.CreateAsync(
            new CreatorMessage("k-lin", new("林老师", "Ms Lin"), null, ["g-ai"]),
            CancellationToken.None);
        for (var i = 1; i <= Contents; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"c-{i}");
            await client.CreateAsync(
                new ContentMessage(id, "course", "k-lin", "g-ai", new($"第 {i} 课", $"Lesson {i}")),
                CancellationToken.None);
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
