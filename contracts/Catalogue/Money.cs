namespace Engage.Contracts.Catalogue;

/// <summary>An amount as integer minor units, such as fen or cents, of an ISO 4217 currency.</summary>
[GenerateSerializer, Immutable, Alias("engage.money")]
public readonly record struct Money([property: Id(0)] long MinorUnits, [property: Id(1)] string Currency)
{
    /// <summary>Beyond it a double, which is what JSON readers use, no longer counts minor units exactly.</summary>
    public const long MinorUnitsMax = 1L << 53;

    /// <returns>Null if the amount is good, otherwise what is wrong.</returns>
    public static string? Check(string field, Money? amount) => amount switch
    {
        null => null,
        { MinorUnits: < 0 or > MinorUnitsMax } => $"{field}: {amount.Value.MinorUnits} minor units, expected 0 or more",
        { Currency: { Length: 3 } currency } when currency.All(char.IsAsciiLetterUpper) => null,
        _ => $"{field}: currency '{amount.Value.Currency}', expected three letters of ISO 4217 such as CNY",
    };
}
