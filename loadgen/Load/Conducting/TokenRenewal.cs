namespace Engage.LoadGen.Load.Conducting;

/// <summary>
/// Keeps the tokens of a run good for as long as it takes: those of people who registered live ten minutes, and a
/// connection ends with the token that it was last shown.
/// </summary>
internal sealed class TokenRenewal : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private volatile IReadOnlyList<string> _tokens;

    private TokenRenewal(
        IPeopleSource people, IReadOnlyList<string> tokens, Func<IReadOnlyList<string>, CancellationToken, Task> show,
        TimeProvider time)
    {
        _tokens = tokens;
        _renewing = people.RenewEvery is { } period
            ? RenewAsync(people, show, period, time, _ended.Token)
            : Task.CompletedTask;
    }

    /// <summary>The newest ones.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <param name="people">Whose tokens.</param>
    /// <param name="tokens">Those that they have now.</param>
    /// <param name="show">Hands further ones to those who use them.</param>
    /// <param name="time">Says when.</param>
    public static TokenRenewal Start(
        IPeopleSource people, IReadOnlyList<string> tokens, Func<IReadOnlyList<string>, CancellationToken, Task> show,
        TimeProvider time) => new(people, tokens, show, time);

    /// <summary>The first moderates and sees more than others do; she stays outside, unless she is alone.</summary>
    public static IReadOnlyList<string> TokensOf(IReadOnlyList<Person> people) =>
        [.. people.Skip(1).DefaultIfEmpty(people[0]).Select(person => person.Token)];

    /// <summary>Renews no more.</summary>
    /// <exception cref="Protocol.RequestException">A renewal was refused: what was measured since is worthless.</exception>
    public async Task StopAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task RenewAsync(
        IPeopleSource people, Func<IReadOnlyList<string>, CancellationToken, Task> show, TimeSpan period,
        TimeProvider time, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                _tokens = TokensOf(await people.RenewAsync(cancellation));
                await show(_tokens, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The run is over.
        }
    }
}
