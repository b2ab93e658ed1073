using System.Text.Json;
using System.Text.Json.Serialization;
using Engage.Storage.Books;

namespace Engage.Grains.Commerce;

/// <summary>How the documents of the books are written: camel case, names of enums, nothing that is null.</summary>
public static class BookJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static T Read<T>(BookDocument document) =>
        JsonSerializer.Deserialize<T>(document.Body.Span, Options)
        ?? throw new JsonException($"Document {document.Id}, version {document.Version}: the stored body is null.");

    /// <returns>The document readable, as it is stored.</returns>
    public static System.Text.Json.Nodes.JsonNode? Parse(BookDocument document) =>
        System.Text.Json.Nodes.JsonNode.Parse(document.Body.Span);
}

/// <summary>Kinds of documents, and the keys that they are found under.</summary>
public static class BookKeys
{
    public const string Offer = "offer";
    public const string Order = "order";
    public const string Payment = "payment";
    public const string Invoice = "invoice";
    public const string Entitlement = "entitlement";

    /// <summary>All offers.</summary>
    public const string Offers = "offers";

    /// <summary>Orders that sold something, in the order in which they were paid.</summary>
    public const string Sales = "sales";

    public static string Buyer(Contracts.UserId user) => $"buyer:{user.Value}";
    public static string Entitled(Contracts.UserId user) => $"entitled:{user.Value}";
}

/// <summary>How names of enums are written, in the books and on the wire.</summary>
public static class BookNames
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName($"{value}");
}
