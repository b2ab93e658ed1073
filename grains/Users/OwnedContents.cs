using Engage.Contracts.Commerce;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Users;

/// <summary>
/// The contents that one user owns, as her entitlements say: asked when somebody said that they have changed, and
/// otherwise when they have grown old. Runs on its grain's scheduler alone.
/// </summary>
/// <remarks>A shop that does not answer costs a feed at most <see cref="AnswerMax"/>, and then not the next ones: a
/// feed with a course that she has is better than none.</remarks>
internal sealed partial class OwnedContents(
    Func<Task<Entitlement[]>> list, FeedOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    private string[] _contents = [];
    private DateTimeOffset _goodUntil = DateTimeOffset.MinValue;
    private int _changes;

    /// <summary>Something was bought, given or taken back: the next reader asks again.</summary>
    public void Forget()
    {
        _goodUntil = DateTimeOffset.MinValue;
        _changes++;
    }

    /// <returns>Ids of contents; none where the rule is switched off.</returns>
    public ValueTask<string[]> ReadAsync(CancellationToken cancellationToken) =>
        !options.LeaveOutOwned ? new([])
        : time.GetUtcNow() < _goodUntil ? new(_contents)
        : new(AskAsync(cancellationToken));

    private async Task<string[]> AskAsync(CancellationToken cancellationToken)
    {
        var (asked, changes) = (time.GetUtcNow(), _changes);
        try
        {
            var all = await list().WaitAsync(AnswerMax, time, cancellationToken);
            _contents = [.. all.Select(entitlement => ContentOf(entitlement.Scope)).OfType<string>().Distinct()];
            // What changed while it was asked may be missing.
            if (changes == _changes) _goodUntil = asked + options.OwnedAge;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        // The rule waits; the feed does not.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _goodUntil = time.GetUtcNow() + PauseAfterFailure;
            LogNotAsked(exception);
        }
        return _contents;
    }

    private static string? ContentOf(string scope) => Scopes.Parse(scope) is ("content", var id) ? id : null;

    [LoggerMessage(LogLevel.Warning, "What a user owns could not be asked; her feed goes by what was known")]
    private partial void LogNotAsked(Exception exception);
}
