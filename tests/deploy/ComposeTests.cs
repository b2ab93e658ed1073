namespace Engage.Deploy.Tests;

/// <summary>What the deployment's files say of each other and of the code is so.</summary>
public sealed class ComposeTests
{
    [Fact]
    public void TheWholeTopologyIsThere()
    {
        Assert.Equal(
            ["api-1", "api-2", "grafana", "postgres", "prometheus", "proxy", "silo-1", "silo-2"],
            DeployFiles.Services.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryFileThatIsNamedExists()
    {
        var mounted = DeployFiles.Compose.Find(@"[""\s]\./([\w./-]+):/");
        var built = DeployFiles.Compose.Find(@"^\s+dockerfile: (\S+)$");
        var copied = DeployFiles.Dockerfiles.SelectMany(file =>
            DeployFiles.Read(file).Find(@"^COPY (?!--from)(.+) \S+$").SelectMany(sources => sources.Split(' ')));
        var rules = DeployFiles.Read("deploy/prometheus/prometheus.yml").Find(@"^rule_files: \[(\S+)\]$")
            .Select(file => "deploy/prometheus/" + file);

        string[] named = [.. mounted, .. built, .. copied, .. rules];

        Assert.True(named.Length >= 12, $"only {named.Length} files were found: {string.Join(", ", named)}");
        Assert.All(named, file => Assert.True(DeployFiles.Exists(file), $"{file} does not exist"));
    }

    [Fact]
    public void EverySettingIsOneThatTheCodeReads()
    {
        string[] files =
            ["docker-compose.yml", "deploy/healthy.sh", .. DeployFiles.Dockerfiles, .. DeployFiles.Scripts];

        var named =
            from file in files
            from setting in DeployFiles.Read(file).Find(@"\b([A-Z][A-Za-z]+__[A-Za-z]+)\b")
            select (File: file, Setting: setting.Replace("__", ":", StringComparison.Ordinal));

        Assert.NotEmpty(named);
        Assert.All(named, pair =>
            Assert.True(Settings.All.Contains(pair.Setting), $"{pair.File}: nothing reads {pair.Setting}"));
    }

    [Fact]
    public void EveryHostThatIsNamedIsAService()
    {
        var scraped = DeployFiles.Read("deploy/prometheus/prometheus.yml").Find(@"""([a-z0-9-]+):\d+""")
            .Where(host => host != "localhost");
        var balanced = DeployFiles.Read("deploy/nginx/nginx.conf").Find(@"^\s+server ([a-z0-9-]+):8080 ");
        var shown = DeployFiles.Read("deploy/grafana/provisioning/datasources/prometheus.yml").Find(@"url: http://([a-z0-9-]+):");
        var told = DeployFiles.Compose.Find(@"Cluster__AdvertisedAddress: (\S+)$")
            .Concat(DeployFiles.Compose.Find(@"\bHost=([a-z0-9-]+);"))
            .Concat(DeployFiles.Compose.Find(@"^      ([a-z0-9-]+): \{ condition:"));

        string[] hosts = [.. scraped, .. balanced, .. shown, .. told];

        Assert.True(hosts.Length >= 12, $"only {hosts.Length} hosts were found: {string.Join(", ", hosts)}");
        Assert.All(hosts, host => Assert.Contains(host, DeployFiles.Services));
    }

    [Fact]
    public void SilosAndApisAreAllBalancedScrapedAndNamedApart()
    {
        var apis = DeployFiles.Services.Where(name => name.StartsWith("api-", StringComparison.Ordinal));
        var silos = DeployFiles.Services.Where(name => name.StartsWith("silo-", StringComparison.Ordinal));
        var prometheus = DeployFiles.Read("deploy/prometheus/prometheus.yml");
        var nginx = DeployFiles.Read("deploy/nginx/nginx.conf");

        Assert.All(
            apis.Concat(silos), node => Assert.Contains($"\"{node}:9464\"", prometheus, StringComparison.Ordinal));
        Assert.All(apis, node => Assert.Contains($"server {node}:8080 ", nginx, StringComparison.Ordinal));
        Assert.All(silos, node => Assert.Contains(
            $"Cluster__AdvertisedAddress: {node}\n", DeployFiles.Compose, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryImageAnswersOnThePortThatIsAskedForItsHealth()
    {
        Assert.All(DeployFiles.Dockerfiles, file =>
        {
            var text = DeployFiles.Read(file);
            Assert.Contains("Management__Port=9464 Management__Address=0.0.0.0", text, StringComparison.Ordinal);
            Assert.Contains("COPY deploy/healthy.sh /usr/local/bin/healthy", text, StringComparison.Ordinal);
            Assert.Contains("CMD [\"healthy\"]", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void ImagesRunAsAnUnprivilegedUserAndAreNamedWithTheirVersion()
    {
        var images = DeployFiles.Compose.Find(@"^    image: (?!engage-)(\S+)$")
            .Concat(DeployFiles.Dockerfiles.SelectMany(file => DeployFiles.Read(file).Find(@"^FROM (\S+)")));

        Assert.All(images, image => Assert.Matches(@":v?\d", image));
        Assert.All(DeployFiles.Dockerfiles, file => Assert.Equal(
            ["${APP_UID}"], DeployFiles.Read(file).Split("\nFROM ")[^1].Find(@"^USER (\S+)$")));
    }

    [Fact]
    public void SecretsComeFromTheEnvironmentFileAlone()
    {
        var secrets = DeployFiles.Compose.Find(@"(?:Secret|SECRET|PASSWORD|Password)(?:[:=]) ?([^;\n]+)");
        var used = DeployFiles.Compose.Find(@"\$\{([A-Z_]+)").Distinct().Order(StringComparer.Ordinal);
        var example = DeployFiles.Read(".env.example");

        Assert.Equal(3, secrets.Count());
        Assert.All(secrets, value => Assert.Matches(@"^\$\{[A-Z_]+:-\}$", value));
        Assert.Equal(used, example.Find("^([A-Z_]+)=").Order(StringComparer.Ordinal));
        Assert.Empty(example.Find("^[A-Z_]*(?:PASSWORD|SECRET)=(.+)$"));
        Assert.Contains("\n/.env\n", DeployFiles.Read(".gitignore"), StringComparison.Ordinal);
        Assert.Contains("\n.env\n", DeployFiles.Read(".dockerignore"), StringComparison.Ordinal);
    }
}
