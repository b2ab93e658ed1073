using Engage.Embedded.CodeGeneration;

namespace Engage.Embedded.Runtime;

/// <summary>Requests that wait for their turn, oldest first. Used by one thread at a time.</summary>
internal struct RequestList
{
    private Request? _first;
    private Request? _last;
    private int _interleaving;
    private int _readOnly;

    public readonly bool IsEmpty => _first is null;

    public void Add(Request request)
    {
        request.Next = null;
        if (_last is null)
            _first = request;
        else
            _last.Next = request;
        _last = request;
        Count(request, 1);
    }

    public Request? TakeFirst()
    {
        var first = _first;
        if (first is not null)
            Unlink(null, first);
        return first;
    }

    /// <summary>Takes the oldest that <paramref name="activation"/> lets start.</summary>
    /// <remarks>Looks past the oldest only when something behind it can be more privileged than it is.</remarks>
    public Request? TakeFirstThatMayStart(Activation activation)
    {
        Request? before = null;
        for (var request = _first; request is not null; before = request, request = (Request?)request.Next)
        {
            if (activation.MayStart(request))
            {
                Unlink(before, request);
                return request;
            }

            if (_interleaving == 0
                && !(_readOnly > 0 && activation.RunsReadOnlyRequestsOnly)
                && !activation.HasSpecialRules)
                return null;
        }

        return null;
    }

    private void Unlink(Request? before, Request request)
    {
        if (before is null)
            _first = (Request?)request.Next;
        else
            before.Next = request.Next;
        if (_last == request)
            _last = before;
        request.Next = null;
        Count(request, -1);
    }

    private void Count(Request request, int change)
    {
        if (request.AlwaysInterleaves)
            _interleaving += change;
        if (request.IsReadOnly)
            _readOnly += change;
    }
}
