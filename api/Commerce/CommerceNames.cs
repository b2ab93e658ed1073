using System.Text.Json;

namespace Engage.Api.Commerce;

/// <summary>How members of enums are written on the wire: in camel case, exactly.</summary>
internal static class CommerceNames
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName($"{value}");

    public static T? Parse<T>(string? name) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (Of(value) == name)
                return value;
        return null;
    }

    public static string All<T>() where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Of));
}
