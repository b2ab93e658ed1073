
namespace Engage.Actors.Tests.Grains;

public interface INamed : IGrainWithStringKey
{
    Task<string> Name();
}

public interface ICallGrain : INamed
{
    [OneWay]
    Task Send(Gate gate);

    [OneWay]
    Task SendFailing();

    Task Hold(Gate gate);

    [AlwaysInterleave]
    Task HoldInterleaving(Gate gate);

    [ResponseTimeout("00:00:02")]
    Task HoldShort(Gate gate);

    Task WaitFor(Gate gate, CancellationToken cancellationToken);

    ValueTask<string> Say(string first, string second);

    ValueTask DoNothing();

    Task CallItself(Gate waits);

    Task<int> CountWhatRan();

    Task Note();

    [ResponseTimeout("00:00:01")]
    Task NoteShort();

    Task<string> ContextHere(string key);

    Task<string> ContextFurtherOn(string key, ICallGrain next);

    Task SetContext(string key, string value);

    Task<string> NameOf(ICallGrain other);

    [AlwaysInterleave]
    Task<string> PassYourself(ICallGrain other);

    Task FailWith(Exception exception);

    Task<string> NullTask();
}

public sealed class CallGrain : Grain, ICallGrain
{
    private int _ran;

    public Task<string> Name() => Task.FromResult(this.GetPrimaryKeyString());

    public Task Send(Gate gate) => gate.Pass();

    public Task SendFailing() => throw new InvalidOperationException("nobody hears this");

    public Task Hold(Gate gate) => gate.Pass();

    public Task HoldInterleaving(Gate gate) => gate.Pass();

    public Task HoldShort(Gate gate) => gate.Pass();

    public Task WaitFor(Gate gate, CancellationToken cancellationToken) => gate.Pass().WaitAsync(cancellationToken);

    public async ValueTask<string> Say(string first, string second)
    {
        await Task.Yield();
        return $"{first} {second}";
    }

    public ValueTask DoNothing() => default;

    public async Task CallItself(Gate waits)
    {
        var answer = this.AsReference<ICallGrain>().Note();
        _ = waits.Pass();
        await answer;
    }

    public Task<int> CountWhatRan() => Task.FromResult(_ran);

    public Task Note()
    {
        _ran++;
        return Task.CompletedTask;
    }

    public Task NoteShort() => Note();

    public async Task<string> ContextHere(string key)
    {
        await Task.Yield();
        return (string?)RequestContext.Get(key) ?? "nothing";
    }

    public async Task<string> ContextFurtherOn(string key, ICallGrain next)
    {
        await Task.Yield();
        RequestContext.Set("hop", "second");
        return $"{await next.ContextHere(key)} {await next.ContextHere("hop")}";
    }

    public Task SetContext(string key, string value)
    {
        RequestContext.Set(key, value);
        return Task.CompletedTask;
    }

    public Task<string> NameOf(ICallGrain other) => other.Name();

    public Task<string> PassYourself(ICallGrain other) => other.NameOf(this);

    public Task FailWith(Exception exception) => Task.FromException(exception);

    public Task<string> NullTask() => null!;
}

public interface IWorkerGrain : IGrainWithStringKey
{
    Task<ActivationId> Hold(Gate gate);

    Task<ActivationId> WhoServes();
}

[StatelessWorker(3)]
public sealed class WorkerGrain : Grain, IWorkerGrain
{
    public async Task<ActivationId> Hold(Gate gate)
    {
        await gate.Pass();
        return GrainContext.ActivationId;
    }

    public Task<ActivationId> WhoServes() => Task.FromResult(GrainContext.ActivationId);
}

[StatelessWorker(1), Reentrant]
public sealed class ReentrantWorkerGrain : Grain, IReentrantWorkerGrain
{
    public Task Hold(Gate gate) => gate.Pass();

    public Task Open(Gate gate)
    {
        gate.Open();
        return Task.CompletedTask;
    }
}

public interface IReentrantWorkerGrain : IGrainWithStringKey
{
    Task Hold(Gate gate);

    Task Open(Gate gate);
}
