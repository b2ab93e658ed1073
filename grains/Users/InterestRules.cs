using Engage.Contracts.Activity;

namespace Engage.Grains.Users;

/// <summary>
/// What an event says about its user's interest. The weights order kinds by how much of herself a user gives; the model
/// learns from there, so only their order matters much.
/// </summary>
internal static class InterestRules
{
    /// <returns>How strongly the event engages with its content; 0 if it does not.</returns>
    public static float EngagementWeight(ActivityKind kind) => kind switch
    {
        ActivityKind.Viewed => 0.5f,
        ActivityKind.Progressed => 0.5f,
        ActivityKind.Commented => 0.8f,
        ActivityKind.Joined => 0.8f,
        ActivityKind.Completed => 1f,
        ActivityKind.Liked => 1f,
        ActivityKind.Shared => 1f,

        // Whatever the stars: the content was taken. How much it pleased is another model's question.
        ActivityKind.Rated => 1f,
        ActivityKind.Enrolled => 1.2f,
        ActivityKind.Purchased => 1.5f,
        _ => 0f,
    };
}
