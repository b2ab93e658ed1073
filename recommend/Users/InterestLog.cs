namespace Engage.Recommend;

/// <summary>
/// The items of a <see cref="UserInterest"/> by order of events, so that contexts are windows into it: one is made for
/// each engagement that is learned, also of people who have had thousands of items.
/// </summary>
internal sealed class InterestLog
{
    private readonly WindowedLog<string> _had = new();
    private readonly WindowedLog<long> _hadAt = new();
    private readonly WindowedLog<string> _dismissed = new();
    private readonly WindowedLog<long> _dismissedAt = new();

    /// <summary>Of the newest of <see cref="_had"/>.</summary>
    private readonly WindowedLog<float> _weights = new();
    private readonly WindowedLog<long> _atMs = new();

    public InterestLog(UserInterest interest)
    {
        foreach (var (item, offset) in interest.Had.OrderBy(entry => entry.Value))
            AddHad(item, offset);
        foreach (var recent in interest.Recent)
            AddRecent(recent.Weight, recent.AtMs);
        foreach (var item in interest.Dismissed)
            Dismiss(item, interest.DismissedAt.GetValueOrDefault(item));
    }

    public void Engage(string item, float weight, long atMs, long offset)
    {
        AddHad(item, offset);
        AddRecent(weight, atMs);
    }

    public void Dismiss(string item, long offset)
    {
        _dismissed.Add(item);
        _dismissedAt.Add(offset);
    }

    /// <returns>The item.</returns>
    public string DropOldestHad()
    {
        var oldest = _had[0];
        _had.DropFirst();
        _hadAt.DropFirst();
        return oldest;
    }

    public void DropOldestDismissed()
    {
        _dismissed.DropFirst();
        _dismissedAt.DropFirst();
    }

    /// <param name="recent">How many of the recent engagements were there.</param>
    /// <param name="before">Offset of the first event that was not.</param>
    public UserContext Context(int recent, long before, string[] followed)
    {
        var length = Math.Min(recent, UserInterest.RecentMax);
        var from = recent - length;
        return new(
            _had.Window(_had.Count - _weights.Count + from, length), _weights.Window(from, length),
            _atMs.Window(from, length), _had.Window(0, CountBefore(_hadAt, before)),
            _dismissed.Window(0, CountBefore(_dismissedAt, before)), followed);
    }

    private void AddHad(string item, long offset)
    {
        _had.Add(item);
        _hadAt.Add(offset);
    }

    private void AddRecent(float weight, long atMs)
    {
        _weights.Add(weight);
        _atMs.Add(atMs);
        if (_weights.Count <= UserInterest.RecentMax + UserInterest.RebuildMax)
            return;
        _weights.DropFirst();
        _atMs.DropFirst();
    }

    /// <summary>Offsets increase; what is asked for is near the end.</summary>
    private static int CountBefore(WindowedLog<long> offsets, long before)
    {
        var count = offsets.Count;
        while (count > 0 && offsets[count - 1] >= before)
            count--;
        return count;
    }
}
