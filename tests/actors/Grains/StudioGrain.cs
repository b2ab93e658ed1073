using Microsoft.Extensions.Logging;
using Orleans.Utilities;

namespace Engage.Actors.Tests.Grains;

public interface IStudioObserver : IGrainObserver
{
    void Said(int number);

    Task<string> Asked(string question);
}

public interface IStudioGrain : IGrainWithStringKey
{
    Task Subscribe(IStudioObserver observer);

    Task Unsubscribe(IStudioObserver observer);

    Task<int> Say(int number);

    Task<string> Ask(string question);

    Task SayTo(IStudioObserver observer, int number);
}

public sealed class StudioGrain : Grain, IStudioGrain
{
    private readonly ObserverManager<IStudioObserver> _observers;

    public StudioGrain(TimeProvider time, ILogger<StudioGrain> logger) =>
        _observers = new(TimeSpan.FromMinutes(5), logger) { GetDateTime = () => time.GetUtcNow().UtcDateTime };

    public Task Subscribe(IStudioObserver observer)
    {
        _observers.Subscribe(observer, observer);
        return Task.CompletedTask;
    }

    public Task Unsubscribe(IStudioObserver observer)
    {
        _observers.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    public Task<int> Say(int number)
    {
        _observers.Notify(observer => observer.Said(number));
        return Task.FromResult(_observers.Count);
    }

    public async Task<string> Ask(string question)
    {
        var answers = new List<string>();
        await _observers.Notify(async observer => answers.Add(await observer.Asked(question)));
        return string.Join(",", answers);
    }

    public Task SayTo(IStudioObserver observer, int number)
    {
        observer.Said(number);
        return Task.CompletedTask;
    }
}
