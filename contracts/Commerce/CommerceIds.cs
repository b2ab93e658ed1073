using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Engage.Contracts.Commerce;

/// <summary>
/// Identifies an offer: an id as <see cref="IdText"/> has it, or <c>content:</c> and the id of a content that has a
/// price of its own, which sells without anybody writing an offer.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.offer-id"), JsonConverter(typeof(IdJsonConverter<OfferId>))]
public readonly record struct OfferId([property: Id(0)] string Value) : ITextId<OfferId>
{
    private const string ImplicitPrefix = "content:";

    public static OfferId From(string value) => new(value);
    public static OfferId Of(ContentId content) => new(ImplicitPrefix + content.Value);

    /// <summary>The content whose catalogue price this offer is; null for one that somebody wrote.</summary>
    [JsonIgnore]
    public ContentId? ImplicitContent =>
        Value.StartsWith(ImplicitPrefix, StringComparison.Ordinal) ? new(Value[ImplicitPrefix.Length..]) : null;

    [JsonIgnore]
    public bool IsValid => IdText.IsValid(ImplicitContent?.Value ?? Value);

    public override string ToString() => Value;
}

/// <summary>Identifies an order. It follows from who orders and the key of the request, see <see cref="Of"/>.</summary>
[GenerateSerializer, Immutable, Alias("engage.order-id"), JsonConverter(typeof(IdJsonConverter<OrderId>))]
public readonly record struct OrderId([property: Id(0)] string Value) : ITextId<OrderId>
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Digits = 26;
    private const int BitsPerDigit = 5;

    public static OrderId From(string value) => new(value);

    /// <summary>
    /// 130 bits of SHA-256 over buyer and key, in base 32 (RFC 4648, lower case): a request that is sent again names
    /// the same order, and nobody can name another's.
    /// </summary>
    /// <param name="buyer">Who orders.</param>
    /// <param name="idempotencyKey">The caller's own name of this one intention.</param>
    public static OrderId Of(UserId buyer, string idempotencyKey)
    {
        // A user id has no bar in it, so that no two pairs read alike.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{buyer.Value}|{idempotencyKey}"));
        return new("o-" + string.Create(Digits, hash, static (digits, hash) =>
        {
            for (var i = 0; i < digits.Length; i++)
            {
                var bit = i * BitsPerDigit;
                var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
                digits[i] = Alphabet[(pair >> (16 - BitsPerDigit - (bit % 8))) & 31];
            }
        }));
    }

    public override string ToString() => Value;
}
