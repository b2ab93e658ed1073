namespace Engage.Deploy.Tests;

/// <summary>The programs that will read the files say that they can.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly OpenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ComposeAcceptsItsFileWithAndWithoutSecrets()
    {
        var compose = await ComposeCommandAsync();
        if (compose is null) return;

        var nothing = Path.Combine(_folder.Path, "empty.env");
        await File.WriteAllTextAsync(nothing, "");
        var bare = await Shell.RunAsync($"{compose} --env-file {nothing} config -q");
        var example = await Shell.RunAsync($"{compose} --env-file .env.example config -q");

        Assert.True(bare.Code == 0, bare.Output);
        Assert.True(example.Code == 0, example.Output);
    }

    [ProgramFact("nginx")]
    public async Task ProxyAcceptsItsSettings()
    {
        var result = await Shell.RunEngageAsync(
            """
            node_port=18080
            find_nginx
            write_proxy_settings "$PWD"
            "$nginx" -t -p "$PWD/" -c nginx.conf -e stderr
            """, _folder.Path);

        var settings = await File.ReadAllTextAsync(Path.Combine(_folder.Path, "nginx.conf"));
        Assert.True(result.Code == 0, result.Output);
        Assert.Contains("server 127.0.0.1:18081 max_fails", settings, StringComparison.Ordinal);
        Assert.Contains("server 127.0.0.1:18082 max_fails", settings, StringComparison.Ordinal);
        Assert.Contains("listen 127.0.0.1:18080;", settings, StringComparison.Ordinal);
        Assert.DoesNotContain("/tmp/", settings, StringComparison.Ordinal);
    }

    [ProgramFact("promtool")]
    public async Task PrometheusAcceptsItsSettingsAndRules()
    {
        var result = await Shell.RunAsync("promtool check config deploy/prometheus/prometheus.yml");

        Assert.True(result.Code == 0, result.Output);
    }

    [Fact]
    public async Task EveryScriptIsWellFormed()
    {
        foreach (var script in DeployFiles.Scripts.Append("deploy/healthy.sh"))
        {
            var result = await Shell.RunAsync($"bash -n {script}");

            Assert.True(result.Code == 0, $"{script}: {result.Output}");
        }
    }

    /// <summary>The plug-in of docker, or the older program; null where there is neither.</summary>
    private static async Task<string?> ComposeCommandAsync() =>
        (await Shell.RunAsync("docker compose version")).Code == 0 ? "docker compose"
        : Shell.Has("docker-compose") ? "docker-compose"
        : null;
}
