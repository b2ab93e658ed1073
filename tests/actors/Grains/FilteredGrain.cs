namespace Engage.Actors.Tests.Grains;

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<string> Say(string text);

    Task<string> Ask(IFilteredGrain other);

    Task<string> Fail();

    Task<int> CountCalls();
}

/// <summary>Filters its own calls, too.</summary>
public sealed class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    private int _calls;

    public Task<string> Say(string text)
    {
        _calls++;
        return Task.FromResult(text);
    }

    public Task<string> Ask(IFilteredGrain other) => other.Say("asked by");

    public Task<string> Fail() => throw new InvalidOperationException("the grain fails");

    public Task<int> CountCalls() => Task.FromResult(_calls);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.MethodName == nameof(Say))
            context.Result = $"own({context.Result})";
    }
}
