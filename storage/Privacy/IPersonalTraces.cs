using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>A source whose copies in memory, or made of what was sealed, must go once the key is gone.</summary>
public interface IPersonalTraces : IPersonalData
{
    /// <summary>
    /// After the person's key was destroyed: what is made anew is made without her. Again is harmless.
    /// </summary>
    Task ForgetTracesAsync(UserId user, CancellationToken cancellationToken);
}
