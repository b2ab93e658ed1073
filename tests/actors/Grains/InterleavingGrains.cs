using Orleans.Serialization.Invocation;

namespace Engage.Actors.Tests.Grains;

public interface IInterleavingGrain : IGrainWithStringKey
{
    Task Hold(Gate gate);

    Task HoldOrdinary(Gate gate);

    Task HoldNamed(string name, Gate gate);

    [AlwaysInterleave]
    Task Favour(string name);
}

/// <summary>Lets <see cref="Hold"/> interleave, by a static predicate.</summary>
[MayInterleave(nameof(MayInterleave))]
public sealed class StaticRuleGrain : Grain, IInterleavingGrain
{
    public static bool MayInterleave(IInvokable req)
    {
        ArgumentNullException.ThrowIfNull(req);
        return req.GetMethodName() == nameof(Hold);
    }

    public Task Hold(Gate gate) => gate.Pass();

    public Task HoldOrdinary(Gate gate) => gate.Pass();

    public Task HoldNamed(string name, Gate gate) => gate.Pass();

    public Task Favour(string name) => Task.CompletedTask;
}

/// <summary>
/// Lets in what has the favoured name, by a predicate that knows the grain's state and the arguments.
/// </summary>
[MayInterleave(nameof(IsFavoured))]
public sealed class InstanceRuleGrain : Grain, IInterleavingGrain
{
    private string? _favoured;

    public bool IsFavoured(IInvokable req)
    {
        ArgumentNullException.ThrowIfNull(req);
        if (req.GetMethodName() != nameof(HoldNamed))
            return false;
        return req.GetArgument(0) is "poison"
            ? throw new InvalidOperationException("the predicate is out of order")
            : req.GetArgument(0) is string name && name == _favoured;
    }

    public Task Hold(Gate gate) => gate.Pass();

    public Task HoldOrdinary(Gate gate) => gate.Pass();

    public Task HoldNamed(string name, Gate gate) => gate.Pass();

    public Task Favour(string name)
    {
        _favoured = name;
        return Task.CompletedTask;
    }
}
