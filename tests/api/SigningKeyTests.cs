using Engage.Api.Accounts;

namespace Engage.Api.Tests;

public sealed class SigningKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("engage-keys-").FullName;

    [Fact]
    public void NodesThatStartAtOnceOnASharedFolderEndUpWithOneKey()
    {
        var keys = new string[16];

        Parallel.For(0, keys.Length, i =>
        {
            using var key = SigningKey.LoadOrCreate(_folder);
            keys[i] = key.Key.KeyId;
        });

        Assert.Single(keys.Distinct());
        Assert.Single(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
