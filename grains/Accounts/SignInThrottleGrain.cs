using Engage.Contracts.Accounts;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Accounts;

internal sealed class SignInThrottleGrain(IOptions<AccountOptions> options, TimeProvider time)
    : Grain, ISignInThrottleGrain
{
    private const string AddressPrefix = "a-";

    /// <summary>A school's typing errors are forgotten as they come; a guesser there is left one a minute.</summary>
    private static readonly TimeSpan AddressForgets = TimeSpan.FromMinutes(1);
    private Backoff _backoff = null!;
    private bool _isAddress;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _isAddress = this.GetPrimaryKeyString().StartsWith(AddressPrefix, StringComparison.Ordinal);
        _backoff = _isAddress
            ? new(options.Value.FailuresPerAddress, AddressForgets)
            : new(options.Value.FailuresPerName);
        return Task.CompletedTask;
    }

    public Task<TimeSpan> TryAsync()
    {
        DelayDeactivation(Backoff.Memory);
        return Task.FromResult(_backoff.Try(time.GetUtcNow()));
    }

    /// <summary>A right password clears its name. It does not clear its address: guessers have accounts too.</summary>
    public Task SucceededAsync()
    {
        if (_isAddress) _backoff.TakeBack();
        else _backoff.Clear();
        return Task.CompletedTask;
    }
}
