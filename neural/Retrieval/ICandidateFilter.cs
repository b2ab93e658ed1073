namespace Engage.Neural;

/// <summary>
/// Says which items a user may be given. Asked only of items whose score is among the user's best so far, so it may
/// look something up; a struct, so that the question is no call.
/// </summary>
public interface ICandidateFilter
{
    /// <param name="user">Number of the user in the batch.</param>
    /// <param name="item">Number of the item.</param>
    bool Admits(int user, int item);
}

/// <summary>Every item for everybody.</summary>
internal readonly struct EveryItem : ICandidateFilter
{
    public bool Admits(int user, int item) => true;
}
