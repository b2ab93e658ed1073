namespace Engage.Actors.Tests.Grains;

/// <summary>What a grain says about calls back into it before it makes the next call of a chain.</summary>
public enum ChainRule
{
    Plain,
    Allow,
    Suppress,
}

[GenerateSerializer, Alias("test.chain-step")]
public sealed record ChainStep([property: Id(0)] string Key, [property: Id(1)] ChainRule Rule = ChainRule.Plain);

public interface IChainGrain : IGrainWithStringKey
{
    /// <summary>Calls the first grain with the other steps; answers how many calls were made.</summary>
    [ResponseTimeout("00:00:03")]
    Task<int> Walk(ChainStep[] steps);

    /// <summary>Waits at the gate inside a section that allows call-chain reentrancy.</summary>
    Task HoldAllowing(Gate gate);

    /// <summary>Enters and leaves such a section, and only then makes the calls.</summary>
    [ResponseTimeout("00:00:03")]
    Task<int> WalkAfterASection(ChainStep[] steps);

    Task<Guid> ReentrancyIdHere();

    Task<Guid> ReentrancyIdBehind(ChainRule rule, string key);
}

public sealed class ChainGrain : Grain, IChainGrain
{
    public async Task<int> Walk(ChainStep[] steps)
    {
        if (steps is [])
            return 0;
        using var section = Section(steps[0].Rule);
        return 1 + await GrainFactory.GetGrain<IChainGrain>(steps[0].Key).Walk(steps[1..]);
    }

    public async Task HoldAllowing(Gate gate)
    {
        using var section = RequestContext.AllowCallChainReentrancy();
        await gate.Pass();
    }

    public Task<int> WalkAfterASection(ChainStep[] steps)
    {
        using (RequestContext.AllowCallChainReentrancy())
        {
            // Over before anything is called.
        }

        return Walk(steps);
    }

    public Task<Guid> ReentrancyIdHere() => Task.FromResult(RequestContext.ReentrancyId);

    public async Task<Guid> ReentrancyIdBehind(ChainRule rule, string key)
    {
        using var section = Section(rule);
        return await GrainFactory.GetGrain<IChainGrain>(key).ReentrancyIdHere();
    }

    private static IDisposable? Section(ChainRule rule) => rule switch
    {
        ChainRule.Allow => RequestContext.AllowCallChainReentrancy(),
        ChainRule.Suppress => RequestContext.SuppressCallChainReentrancy(),
        _ => null,
    };
}
