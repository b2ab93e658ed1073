using Orleans;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

internal sealed class Silo
{
    public required ReferenceFactory References { get; init; }
}

internal interface IRequestRouter;

internal abstract class ReferenceFactory
{
    public abstract GrainReference Create(Type interfaceType, GrainId grainId);
}
