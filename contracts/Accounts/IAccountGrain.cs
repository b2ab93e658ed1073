namespace Engage.Contracts.Accounts;

/// <summary>One user name (the key, lower case): one turn at a time makes taking a name atomic.</summary>
[Alias("engage.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <returns>The new account, or null if the name is taken.</returns>
    [Alias("RegisterAsync")]
    Task<Account?> RegisterAsync(string password, string displayName);

    /// <returns>The account, or null if there is none or the password is wrong: a caller cannot tell which.</returns>
    [Alias("VerifyAsync")]
    Task<Account?> VerifyAsync(string password);

    [Alias("GetAsync")]
    Task<Account?> GetAsync();
}

[GenerateSerializer, Immutable, Alias("engage.account")]
public sealed record Account(
    [property: Id(0)] UserId User, [property: Id(1)] string UserName, [property: Id(2)] string DisplayName);

/// <summary>What a registration may contain.</summary>
public static class AccountRules
{
    public const int UserNameLengthMin = 3;
    public const int UserNameLengthMax = 32;
    public const int PasswordLengthMin = 10;
    public const int PasswordLengthMax = 128;
    public const int DisplayNameLengthMax = 64;

    /// <returns>Null if good, otherwise what is wrong.</returns>
    public static string? CheckUserName(string? userName) =>
        userName is { Length: >= UserNameLengthMin and <= UserNameLengthMax }
        && userName.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-')
            ? null
            : $"expected {UserNameLengthMin} to {UserNameLengthMax} characters of a-z 0-9 . _ -";

    public static string? CheckPassword(string? password) =>
        password is { Length: >= PasswordLengthMin and <= PasswordLengthMax }
            ? null
            : $"expected {PasswordLengthMin} to {PasswordLengthMax} characters";

    public static string? CheckDisplayName(string? displayName) =>
        !string.IsNullOrWhiteSpace(displayName) && displayName.Length <= DisplayNameLengthMax
            ? null
            : $"expected 1 to {DisplayNameLengthMax} characters";
}
