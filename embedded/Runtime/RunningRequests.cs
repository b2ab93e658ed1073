using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>The requests under way at one activation, and what they let start beside them. Used on turns.</summary>
/// <remarks>
/// A request that interleaves neither waits for others nor keeps them waiting. Read-only requests overlap with each
/// other; a write waits until the last of them has ended. A request that was let in because it belongs to the call
/// chain of a running one keeps others waiting too.
/// </remarks>
internal struct RunningRequests
{
    private int _blocking;
    private int _blockingReadOnly;
    private Request? _first;

    public int Count { get; private set; }

    public readonly bool AreReadOnly => _blockingReadOnly == _blocking;

    /// <summary>The only one under way, as far as that is known.</summary>
    public readonly Request? Sole => Count == 1 ? _first : null;

    public void Add(Request request)
    {
        if (Count == 0)
            _first = request;
        Change(request, 1);
    }

    public void Remove(Request request)
    {
        Change(request, -1);
        if (_first == request)
            _first = null;
    }

    public readonly bool LetStart(Request request) =>
        _blocking == 0 || !request.Blocks || (request.IsReadOnly && AreReadOnly);

    private void Change(Request request, int by)
    {
        Count += by;
        if (!request.Blocks)
            return;
        _blocking += by;
        if (request.IsReadOnly)
            _blockingReadOnly += by;
    }
}
