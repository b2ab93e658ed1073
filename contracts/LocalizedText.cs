using System.Text.Json.Serialization;
using Engage.Contracts.Texts;

namespace Engage.Contracts;

/// <summary>A text in Chinese, English or both; readers get their own language and otherwise the other one.</summary>
[GenerateSerializer, Immutable, Alias("engage.localized-text")]
public sealed record LocalizedText
{
    [Id(0)] public string? Zh { get; init; }
    [Id(1)] public string? En { get; init; }

    /// <summary>Both texts joined: what search and text features read.</summary>
    [JsonIgnore] public string All => string.Join(' ', new[] { Zh, En }.Where(text => !string.IsNullOrEmpty(text)));

    /// <returns>Null if the text is good, otherwise what is wrong with <paramref name="field"/>.</returns>
    public static string? Check(string field, LocalizedText? text, int lengthMax, bool optional = false)
    {
        if (text is null || (string.IsNullOrWhiteSpace(text.Zh) && string.IsNullOrWhiteSpace(text.En)))
            return optional ? null : $"{field}: expected a text in 'zh', 'en' or both, found none";

        var length = Math.Max(text.Zh?.Length ?? 0, text.En?.Length ?? 0);
        if (length > lengthMax) return $"{field}: {length} characters, at most {lengthMax} per language";
        return HiddenCharacters.WhatIsWrong($"{text.Zh}\n{text.En}") is { } wrong ? $"{field}: {wrong}" : null;
    }
}
