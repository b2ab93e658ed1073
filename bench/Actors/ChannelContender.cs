using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Engage.Bench.Actors;

/// <summary>What one writes by hand: a channel with one reader, and a completion source for each answer.</summary>
internal sealed class ChannelContender : Contender<ChannelActor>
{
    private readonly ConcurrentDictionary<string, ChannelActor> _actors = new();

    public override string Name => "channel actor";

    public override async ValueTask DisposeAsync()
    {
        foreach (var actor in _actors.Values) await actor.StopAsync();
    }

    protected override ChannelActor Find(string key) => _actors.GetOrAdd(key, static _ => new());

    protected override ValueTask<long> AddAsync(ChannelActor actor, long amount) => new(actor.AddAsync(amount));

    protected override ValueTask<long> RelayAsync(ChannelActor from, ChannelActor to, int calls) =>
        new(from.RelayAsync(to, calls));
}

internal sealed class ChannelActor
{
    private readonly Channel<Message> _inbox = Channel.CreateUnbounded<Message>(new() { SingleReader = true });
    private readonly Task _running;
    private long _sum;

    public ChannelActor() => _running = RunAsync();

    public Task<long> AddAsync(long amount) => Send(null, amount);

    public Task<long> RelayAsync(ChannelActor other, int calls) => Send(other, calls);

    public Task StopAsync()
    {
        _inbox.Writer.Complete();
        return _running;
    }

    private Task<long> Send(ChannelActor? other, long amount)
    {
        var answer = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _inbox.Writer.TryWrite(new(answer, other, amount));
        return answer.Task;
    }

    private async Task RunAsync()
    {
        while (await _inbox.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_inbox.Reader.TryRead(out var message))
            {
                try
                {
                    message.Answer.SetResult(message.Other is { } other
                        ? await RelayAsync(other, message.Amount).ConfigureAwait(false)
                        : _sum += message.Amount);
                }
#pragma warning disable CA1031 // Whatever fails is the answer.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    message.Answer.SetException(exception);
                }
            }
        }
    }

    private static async Task<long> RelayAsync(ChannelActor other, long calls)
    {
        var sum = 0L;
        for (var i = 0; i < calls; i++) sum = await other.AddAsync(1).ConfigureAwait(false);
        return sum;
    }

    private readonly record struct Message(TaskCompletionSource<long> Answer, ChannelActor? Other, long Amount);
}
