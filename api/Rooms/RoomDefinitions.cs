using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;

namespace Engage.Api.Rooms;

/// <summary>What makes a room's definition acceptable by itself.</summary>
internal static class RoomDefinitions
{
    /// <returns>Field -> what is wrong; empty if good.</returns>
    public static IReadOnlyList<string> Check(Room room) =>
    [
        .. new[]
        {
            CheckId("id", room.Id.Value),
            CheckId("community", room.Community.Value),
            CheckId("creator", room.Creator.Value),
            room.Content is { } content ? CheckId("content", content.Value) : null,
            LocalizedText.Check("title", room.Title, CatalogueRules.NameLengthMax),
            LocalizedText.Check("description", room.Description, CatalogueRules.DescriptionLengthMax, optional: true),
            room.ScheduledAt is { Year: < 1970 or > 2100 } at ? $"scheduledAt: {at:O}, expected 1970 to 2100" : null,
        }.OfType<string>(),
    ];

    private static string? CheckId(string field, string? id) =>
        IdText.IsValid(id) ? null : $"{field}: expected 1 to {IdText.LengthMax} characters of A-Z a-z 0-9 . _ : -";
}
