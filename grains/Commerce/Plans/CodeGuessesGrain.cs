using Engage.Contracts.Commerce.Plans;
using Engage.Grains.Accounts;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Commerce.Plans;

internal sealed class CodeGuessesGrain(IOptions<CommerceOptions> options, TimeProvider time) : Grain, ICodeGuessesGrain
{
    /// <summary>Typing errors are forgotten as they come; a guesser is left one a minute.</summary>
    private static readonly TimeSpan Forgets = TimeSpan.FromMinutes(1);
    private Backoff _backoff = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var isAddress = this.GetPrimaryKeyString().StartsWith(
            ICodeGuessesGrain.AddressPrefix, StringComparison.Ordinal);
        _backoff = new(isAddress ? options.Value.WrongCodesPerAddress : options.Value.WrongCodesPerUser, Forgets);
        return Task.CompletedTask;
    }

    public Task<TimeSpan> WaitAsync() => Task.FromResult(_backoff.Wait(time.GetUtcNow()));

    public Task<TimeSpan> TryAsync()
    {
        DelayDeactivation(Backoff.Memory);
        return Task.FromResult(_backoff.Try(time.GetUtcNow()));
    }

    /// <summary>One that is right says nothing of the others: who guesses may have a code of her own.</summary>
    public Task RightAsync()
    {
        _backoff.TakeBack();
        return Task.CompletedTask;
    }
}
