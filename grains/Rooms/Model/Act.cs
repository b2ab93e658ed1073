using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>Who acts, what she may, and when, in milliseconds as the log has them.</summary>
/// <param name="Target">Standing of the person that the action is directed against, where it is.</param>
internal readonly record struct Act(Person By, Standing Standing, Standing? Target, long Now)
{
    public UserId User => By.User;
    public bool Moderates => Standing.Moderates;
    public DateTimeOffset At => RoomTime.From(Now);
}
