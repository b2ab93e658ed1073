using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>The requests under way at one activation, and what they let start beside them. Used on turns.</summary>
/// <remarks>
/// A request that always interleaves neither waits for others nor keeps them waiting. Read-only requests overlap with
/// each other; a write waits until the last of them has ended.
/// </remarks>
internal struct RunningRequests
{
    private int _blocking;
    private int _blockingReadOnly;

    public int Count { get; private set; }

    public readonly bool AreReadOnly => _blockingReadOnly == _blocking;

    public void Add(Request request) => Change(request, 1);

    public void Remove(Request request) => Change(request, -1);

    public readonly bool LetStart(Request request) =>
        _blocking == 0 || request.AlwaysInterleaves || (request.IsReadOnly && AreReadOnly);

    private void Change(Request request, int by)
    {
        Count += by;
        if (request.AlwaysInterleaves)
            return;
        _blocking += by;
        if (request.IsReadOnly)
            _blockingReadOnly += by;
    }
}
