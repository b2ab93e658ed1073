using Microsoft.Extensions.Configuration;
using Orleans.Runtime;

namespace Engage.Silo.Tests;

public sealed class ClusterNodeTests
{
    [Fact]
    public void SettingsAreReadFromTheSectionCluster()
    {
        var options = Read(
            ("Cluster:Role", "Client"), ("Cluster:SiloPort", "21111"), ("Cluster:ProbeTimeout", "00:00:03"));

        Assert.Equal(ClusterRole.Client, options.Role);
        Assert.Equal((21111, 30000), (options.SiloPort, options.GatewayPort));
        Assert.Equal(TimeSpan.FromSeconds(3), options.ProbeTimeout);
    }

    [Theory]
    [InlineData("SiloPort", "0")]
    [InlineData("GatewayPort", "70000")]
    [InlineData("MissedProbesMax", "0")]
    [InlineData("ProbeTimeout", "00:00:00")]
    [InlineData("ResponseTimeout", "00:00:00.5")]
    [InlineData("ClusterId", " ")]
    public void SettingOutOfRangeIsNamed(string name, string value)
    {
        var wrong = Assert.Throws<ArgumentException>(() => Read(($"Cluster:{name}", value)));

        Assert.Contains($"Cluster:{name}", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "01")]
    [InlineData("a1", "A1")]
    [InlineData("00000000000000000000000000000abc", "00000000000000000000000000000ABC")]
    public void KeysThatReadAsTheSameNumberStayTwo(string one, string other)
    {
        var first = TextKeyStorage.AsText(GrainId.Create("user", one));
        var second = TextKeyStorage.AsText(GrainId.Create("user", other));

        Assert.StartsWith("=", first.Key.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("u-1")]
    [InlineData("lin")]
    [InlineData("readiness-probe")]
    public void OtherKeysAreStoredAsTheyAre(string key)
    {
        var id = GrainId.Create("user", key);

        Assert.Equal(id, TextKeyStorage.AsText(id));
    }

    private static ClusterNodeOptions Read(params (string Key, string Value)[] settings) => ClusterNodeOptions.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build());
}
