using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Engage.LoadGen.Servers;

namespace Engage.Faults.Tests;

/// <summary>A card provider of one's own: a real process that can be killed and started again on its books.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    /// <summary>Environment variable with the path of Engage.Sandbox.dll.</summary>
    public const string PathVariable = "ENGAGE_SANDBOX";

    private const string Assembly = "Engage.Sandbox";
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-sandbox-").FullName;
    private readonly HttpClient _http;
    private Process? _process;

    public SandboxProcess(Uri webhooks, IReadOnlyDictionary<string, string> settings)
    {
        (Webhooks, _settings) = (webhooks, settings);
        Address = new($"http://127.0.0.1:{FreePorts.Take()}");
        _http = new()
        {
            BaseAddress = Address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Key) },
        };
        Start();
    }

    public Uri Address { get; }
    public Uri Webhooks { get; }
    public string Key { get; } = RandomNumberGenerator.GetHexString(32);
    public string Secret { get; } = RandomNumberGenerator.GetHexString(48);

    /// <summary>Settings of a server that is to pay with it.</summary>
    public Dictionary<string, string> ServerSettings => new()
    {
        ["Commerce__Card__Url"] = Address.OriginalString,
        ["Commerce__Card__Key"] = Key,
        ["Commerce__Card__WebhookSecret"] = Secret,
        ["Commerce__Card__Timeout"] = "00:00:01",
    };

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder,
        };
        start.ArgumentList.Add(FindAssembly());
        start.ArgumentList.Add("--urls");
        start.ArgumentList.Add(Address.OriginalString);
        start.Environment["Sandbox__Path"] = Path.Combine(_folder, "books");
        start.Environment["Sandbox__Key"] = Key;
        start.Environment["Sandbox__WebhookUrl"] = Webhooks.OriginalString;
        start.Environment["Sandbox__WebhookSecret"] = Secret;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in _settings) start.Environment[name] = value;
        _process = new() { StartInfo = start };
        // Read, or it stops when the pipe is full.
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>Its books: what was taken under which id, and given back.</summary>
    public async Task<Dictionary<string, ProviderCharge>> ChargesAsync()
    {
        var charges = new Dictionary<string, ProviderCharge>(StringComparer.Ordinal);
        for (int? cursor = 0; cursor is { } after;)
        {
            var page = await _http.GetFromJsonAsync<ProviderPage>(
                $"v1/charges?after={after}&limit=1000", JsonSerializerOptions.Web);
            foreach (var charge in page!.Items) Assert.True(charges.TryAdd(charge.Id, charge), charge.Id);
            cursor = page.Cursor;
        }
        return charges;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string FindAssembly()
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var path = Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } given
            ? given
            : Path.Combine(here, "..", "..", Assembly, Path.GetFileName(here), Assembly + ".dll");
        return File.Exists(path)
            ? Path.GetFullPath(path)
            : throw new InvalidOperationException(
                $"The sandbox is not built: build sandbox/Engage.Sandbox.csproj, or give its path in {PathVariable}.");
    }
}

internal sealed record ProviderCharge(string Id, string State, long Amount, string Currency, long Refunded);

internal sealed record ProviderPage(ProviderCharge[] Items, int? Cursor);
