using Engage.Contracts.Files;

namespace Engage.Contracts.Tests;

public sealed class SecretFileTests : IDisposable
{
    private const int Rounds = 300;
    private const int Nodes = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("engage-secret-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OfManyAtOnceOneIsFirstAndItsContentStays()
    {
        using var together = new Barrier(Nodes);
        var isFirst = new bool[Rounds, Nodes];
        var nodes = Enumerable.Range(0, Nodes).Select(node => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                together.SignalAndWait();
                isFirst[round, node] = SecretFile.TryCreate(PathOf(round), [(byte)node]);
            }
        })).ToList();

        nodes.ForEach(node => node.Start());
        nodes.ForEach(node => node.Join());

        for (var round = 0; round < Rounds; round++)
        {
            var first = Enumerable.Range(0, Nodes).Where(node => isFirst[round, node]);
            Assert.Equal(File.ReadAllBytes(PathOf(round)), first.Select(node => (byte)node));
        }
        Assert.Equal(Rounds, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void ReplacedContentIsAllThatIsThere()
    {
        SecretFile.TryCreate(PathOf(1), "old"u8);

        SecretFile.Replace(PathOf(1), "new"u8);

        Assert.Equal("new", File.ReadAllText(PathOf(1)));
        Assert.Single(Directory.GetFiles(_folder));
    }

    private string PathOf(int round) => Path.Combine(_folder, $"{round}.key");
}
