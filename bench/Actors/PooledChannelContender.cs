using System.Collections.Concurrent;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;

namespace Engage.Bench.Actors;

/// <summary>
/// As <see cref="ChannelContender"/>, tuned further: the answers are pooled, so that a call allocates nothing.
/// </summary>
internal sealed class PooledChannelContender : Contender<PooledChannelActor>
{
    private readonly ConcurrentDictionary<string, PooledChannelActor> _actors = new();

    public override string Name => "pooled channel actor";

    public override async ValueTask DisposeAsync()
    {
        foreach (var actor in _actors.Values) await actor.StopAsync();
    }

    protected override PooledChannelActor Find(string key) => _actors.GetOrAdd(key, static _ => new());

    protected override ValueTask<long> AddAsync(PooledChannelActor actor, long amount) => actor.AddAsync(amount);

    protected override ValueTask<long> RelayAsync(PooledChannelActor from, PooledChannelActor to, int calls) =>
        from.RelayAsync(to, calls);
}

internal sealed class PooledChannelActor
{
    private readonly Channel<PooledMessage> _inbox =
        Channel.CreateUnbounded<PooledMessage>(new() { SingleReader = true });

    private readonly Task _running;
    private long _sum;

    public PooledChannelActor() => _running = RunAsync();

    public ValueTask<long> AddAsync(long amount) => Send(null, amount);

    public ValueTask<long> RelayAsync(PooledChannelActor other, int calls) => Send(other, calls);

    public Task StopAsync()
    {
        _inbox.Writer.Complete();
        return _running;
    }

    private ValueTask<long> Send(PooledChannelActor? other, long amount)
    {
        var message = PooledMessage.Rent(other, amount);
        var answer = message.Answer;
        _inbox.Writer.TryWrite(message);
        return answer;
    }

    private async Task RunAsync()
    {
        while (await _inbox.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_inbox.Reader.TryRead(out var message))
            {
                try
                {
                    message.SetResult(message.Other is { } other
                        ? await RelayAsync(other, message.Amount).ConfigureAwait(false)
                        : _sum += message.Amount);
                }
#pragma warning disable CA1031 // Whatever fails is the answer.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    message.SetException(exception);
                }
            }
        }
    }

    private static async Task<long> RelayAsync(PooledChannelActor other, long calls)
    {
        var sum = 0L;
        for (var i = 0; i < calls; i++) sum = await other.AddAsync(1).ConfigureAwait(false);
        return sum;
    }
}

/// <summary>Message and answer in one; back in the pool when the answer was read.</summary>
internal sealed class PooledMessage : IValueTaskSource<long>
{
    private static readonly ConcurrentQueue<PooledMessage> Pool = new();

    private ManualResetValueTaskSourceCore<long> _core = new() { RunContinuationsAsynchronously = true };

    public PooledChannelActor? Other { get; private set; }

    public long Amount { get; private set; }

    public ValueTask<long> Answer => new(this, _core.Version);

    public static PooledMessage Rent(PooledChannelActor? other, long amount)
    {
        if (!Pool.TryDequeue(out var message)) message = new();
        message.Other = other;
        message.Amount = amount;
        return message;
    }

    public void SetResult(long result) => _core.SetResult(result);

    public void SetException(Exception exception) => _core.SetException(exception);

    public long GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            Pool.Enqueue(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
