using Engage.Contracts.Activity;
using Engage.Grains.Activity;
using Engage.Grains.Privacy;
using Engage.Recommend;

namespace Engage.Grains.Users;

/// <summary>What a user grain stores.</summary>
public sealed class UserState : ProjectionState
{
    public UserInterest Interest { get; set; } = new();

    /// <summary>Last actions, oldest first.</summary>
    public Newest<StoredAction> Actions { get => field ??= []; set; }

    /// <summary>What she decided about herself; null before she decided anything.</summary>
    public StoredConsent? Consent { get; set; }

    /// <summary>The newest event applied; null before the first.</summary>
    public JournalPosition? Position { get; set; }
}
