using Engage.Neural;

namespace Engage.Recommend;

/// <summary>One action of a user, as small as a history of the last few can be kept with the user.</summary>
/// <param name="Kind">What was done: 1 to <see cref="OutlookOptions.ActionKinds"/> - 1.</param>
/// <param name="Item">What it was done to, hashed; 0 for nothing.</param>
/// <param name="Creator">Whose item it was, hashed; 0 when unknown.</param>
/// <param name="Value">How strong it was, within <see cref="OutlookOptions.RatingMin"/> to <see
/// cref="OutlookOptions.RatingMax"/>; null for actions without a value.</param>
/// <param name="AtMs">Unix time in milliseconds.</param>
public readonly record struct UserAction(int Kind, ulong Item, ulong Creator, float? Value, long AtMs)
{
    /// <summary>Actions of a user worth keeping: more are not looked at.</summary>
    public const int HistoryMax = OutlookOptions.StepsMax + 1;

    /// <summary>An action on named things; empty names are nothing.</summary>
    public static UserAction Of(int kind, string? item, string? creator, float? value, long atMs) =>
        new(kind, Hash(item), Hash(creator), value, atMs);

    private static ulong Hash(string? name) => string.IsNullOrEmpty(name) ? 0 : StableHash.Of(name);
}
