using Engage.Api.Accounts;
using Engage.Contracts;
using Engage.Contracts.Accounts;

namespace Engage.Api.Operators;

/// <param name="How">What led to her: <c>id</c>, <c>name</c> or <c>mail</c>.</param>
internal readonly record struct FoundUser(UserId User, string How)
{
    public const string ById = "id";
    public const string ByName = "name";
    public const string ByMail = "mail";
}

/// <summary>
/// Finds people by exactly what one knows of them. Names and addresses are kept where only their blind index leads, so
/// there is nothing to browse, nor to guess at.
/// </summary>
internal sealed class UserSearch(IGrainFactory grains, BlindIndex index)
{
    /// <summary>
    /// Ids of accounts are longer than any name. A name is never asked for as an id: runtimes log the keys of actors.
    /// </summary>
    public static bool MayBeId(string query) =>
        IdText.IsValid(query) && query.Length > AccountRules.UserNameLengthMax;

    public async Task<IReadOnlyList<FoundUser>> FindAsync(string query)
    {
        var found = new List<FoundUser>();
        if (MayBeId(query) && await grains.GetGrain<IAccountGrain>(query).ExistsAsync())
            found.Add(new(new(query), FoundUser.ById));
        if (AccountRules.CheckUserName(query) is null) await AddAsync(index.OfName(query), FoundUser.ByName);
        if (AccountRules.CheckMail(query) is null) await AddAsync(index.OfMail(query), FoundUser.ByMail);
        return found;

        async Task AddAsync(string key, string how)
        {
            if (await grains.GetGrain<ISignInGrain>(key).FindAsync() is { } user
                && found.TrueForAll(other => other.User != user))
                found.Add(new(user, how));
        }
    }
}
