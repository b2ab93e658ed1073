using System.Threading.Channels;
using Engage.Actors.Tests.Grains;
using Engage.Testing;
using Orleans.TestingHost;

namespace Engage.Actors.Tests;

public sealed class ObserverTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(time: _time);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ObserversHearEachNotificationOnce()
    {
        var listener = new Listener();
        await Studio.Subscribe(Reference(listener)).Soon();

        for (var i = 0; i < 50; i++)
            await Studio.Say(i).Soon();

        var heard = new List<int>();
        while (heard.Count < 50)
            heard.Add(await listener.Heard.Reader.ReadAsync().AsTask().Soon());
        Assert.Equal(Enumerable.Range(0, 50), heard.Order());
    }

    [Fact]
    public async Task AnObserverCanAnswer()
    {
        var listener = new Listener();
        await Studio.Subscribe(Reference(listener)).Soon();

        Assert.Equal("why? because", await Studio.Ask("why?").Soon());
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task AnObserverThatDoesNotRenewExpires()
    {
        var (early, late) = (new Listener(), new Listener());
        await Studio.Subscribe(Reference(early)).Soon();
        _time.Advance(TimeSpan.FromMinutes(4));
        await Studio.Subscribe(Reference(late)).Soon();
        _time.Advance(TimeSpan.FromMinutes(2));

        var observers = await Studio.Say(1).Soon();
        await late.Heard.Reader.ReadAsync().AsTask().Soon();

        Assert.Equal(1, observers);
        Assert.False(early.Heard.Reader.TryRead(out _));
    }

    [Fact]
    public async Task AnUnsubscribedObserverHearsNothing()
    {
        var listener = new Listener();
        var reference = Reference(listener);
        await Studio.Subscribe(reference).Soon();
        await Studio.Unsubscribe(reference).Soon();

        Assert.Equal(0, await Studio.Say(1).Soon());
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task AnObserverObjectWithoutAReferenceIsRefused()
    {
        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => Studio.SayTo(new Listener(), 1));

        Assert.Contains("CreateObjectReference", refusal.Message, StringComparison.Ordinal);
    }

    private IStudioGrain Studio => _cluster.Client.GetGrain<IStudioGrain>("studio");

    private IStudioObserver Reference(Listener listener) =>
        _cluster.Client.CreateObjectReference<IStudioObserver>(listener);

    private sealed class Listener : IStudioObserver
    {
        public Channel<int> Heard { get; } = Channel.CreateUnbounded<int>();

        public void Said(int number)
        {
            Heard.Writer.TryWrite(number);
        }

        public async Task<string> Asked(string question)
        {
            await Task.Yield();
            return $"{question} because";
        }
    }
}
