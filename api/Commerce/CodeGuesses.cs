using Engage.Api.Accounts;
using Engage.Contracts;
using Engage.Contracts.Commerce.Plans;

namespace Engage.Api.Commerce;

/// <summary>
/// Codes of coupons and gifts are worth money: who tries ones that nobody knows is slowed down, by her account and by
/// her address, far below the general limit of requests. Services are trusted.
/// </summary>
internal sealed class CodeGuesses(IGrainFactory grains, BlindIndex index)
{
    /// <param name="context">Whose request it is.</param>
    /// <param name="look">Finds what the code stands for.</param>
    /// <param name="isUnknown">Whether that is nothing.</param>
    /// <exception cref="BusyException">Too many were wrong; nothing was looked for.</exception>
    public async Task<T> TryAsync<T>(HttpContext context, Func<Task<T>> look, Func<T, bool> isUnknown)
    {
        if (context.User.UserId() is not { } user) return await look();

        var byUser = grains.GetGrain<ICodeGuessesGrain>(ICodeGuessesGrain.Of(user));
        // An address is counted once a code was wrong: a hall that orders at once with a right one waits for nobody.
        var byAddress = grains.GetGrain<ICodeGuessesGrain>(
            ICodeGuessesGrain.OfAddress(index.OfAddress(context.Connection.RemoteIpAddress)));
        var wait = await byAddress.WaitAsync();
        if (wait == TimeSpan.Zero) wait = await byUser.TryAsync();
        if (wait > TimeSpan.Zero)
            throw new BusyException("Too many codes were wrong; nothing was tried. Wait, then try again.", wait);

        var found = await look();
        if (isUnknown(found)) await byAddress.TryAsync();
        else await byUser.RightAsync();
        return found;
    }

    /// <returns>Null if there is none.</returns>
    /// <exception cref="BusyException">Too many were wrong; nothing was looked for.</exception>
    public Task<CouponView?> FindCouponAsync(HttpContext context, string code) => TryAsync(
        context,
        async () => CouponRules.Fold(code) is { } folded
            ? await grains.GetGrain<ICouponGrain>(folded).GetAsync()
            : null,
        found => found is null);
}
