using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Storage.Privacy;

/// <summary>
/// Keeps what people wrote in rooms, and their names, readable only as long as their keys exist; what a room counts
/// with stays as it is. Whose key is gone reads as empty and <c>"deleted":true</c>.
/// </summary>
internal sealed class SealedRoomLog(IRoomLog inner, PersonalKeys keys) : IRoomLog
{
    private const string Purpose = "room-log";

    /// <inheritdoc/>
    public async ValueTask<DuplicateEntry[]> AppendAsync(
        RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken)
    {
        var sealedEntries = await SealAsync(room, entries, cancellationToken).ConfigureAwait(false);
        return await inner.AppendAsync(room, sealedEntries, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<LoggedEntry[]> ReadAsync(
        RoomId room, long after, int limit, CancellationToken cancellationToken) =>
        await OpenAsync(
            room, await inner.ReadAsync(room, after, limit, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<LoggedEntry[]> ReadBackAsync(
        RoomId room, long before, int limit, CancellationToken cancellationToken) =>
        await OpenAsync(
            room, await inner.ReadBackAsync(room, before, limit, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<LoggedEntry[]> ReadAuthorAsync(
        RoomId room, UserId author, long after, int limit, CancellationToken cancellationToken) =>
        await OpenAsync(
            room, await inner.ReadAuthorAsync(room, author, after, limit, cancellationToken).ConfigureAwait(false),
            cancellationToken, onlyOfAuthor: true).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<long> HeadAsync(RoomId room, CancellationToken cancellationToken) =>
        inner.HeadAsync(room, cancellationToken);

    private async ValueTask<IReadOnlyList<LoggedEntry>> SealAsync(
        RoomId room, IReadOnlyList<LoggedEntry> entries, CancellationToken cancellationToken)
    {
        var taken = new (ReadOnlyMemory<byte> Json, TakenStrings Strings)[entries.Count];
        var owners = new HashSet<UserId>();
        for (var i = 0; i < taken.Length; i++)
        {
            var strings = new TakenStrings();
            taken[i] = (EntryStrings.Take(entries[i], strings), strings);
            foreach (var text in strings.All) owners.Add(text.Owner ?? KeyOwners.Of(room));
        }
        if (owners.Count == 0) return entries;

        var found = await keys.GetAsync(owners, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select((entry, i) => Seal(room, entry, taken[i].Json, taken[i].Strings, found))];
    }

    /// <summary>Whoever was erased meanwhile has no key, and what she wrote is not kept.</summary>
    private static LoggedEntry Seal(
        RoomId room, LoggedEntry entry, ReadOnlyMemory<byte> json, TakenStrings strings,
        Dictionary<UserId, byte[]> found)
    {
        if (strings.Count == 0) return entry;

        var parts = new List<(string, byte[])>(1);
        foreach (var part in strings.All.GroupBy(text => text.Owner ?? KeyOwners.Of(room)))
            if (found.TryGetValue(part.Key, out var key))
                parts.Add((
                    part.Key == entry.By ? "" : part.Key.Value,
                    PersonalSeal.Seal(key, part.Key, PurposeOf(room, entry), SealedBody.WritePart(part))));
        return entry with { Json = SealedBody.Write(json.Span, strings.Count, parts) };
    }

    private async ValueTask<LoggedEntry[]> OpenAsync(
        RoomId room, LoggedEntry[] entries, CancellationToken cancellationToken, bool onlyOfAuthor = false)
    {
        var bodies = new (byte[] Json, int Strings, List<(string Owner, byte[] Sealed)> Parts)?[entries.Length];
        var owners = new HashSet<UserId>();
        for (var i = 0; i < entries.Length; i++)
        {
            if (!SealedBody.Is(entries[i].Json)) continue;
            var body = SealedBody.Read(entries[i].Json);
            bodies[i] = body;
            if (onlyOfAuthor) body.Parts.RemoveAll(part => part.Owner.Length > 0);
            foreach (var (owner, _) in body.Parts) owners.Add(OwnerOf(entries[i], owner));
        }
        var found = await keys.FindAsync(owners, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < entries.Length; i++)
            if (bodies[i] is { } body)
                entries[i] = Open(room, entries[i], body.Json, body.Strings, body.Parts, found, onlyOfAuthor);
        return entries;
    }

    private static LoggedEntry Open(
        RoomId room, LoggedEntry entry, byte[] json, int count, List<(string Owner, byte[] Sealed)> parts,
        Dictionary<UserId, byte[]> found, bool onlyOfAuthor)
    {
        var strings = new ReadOnlyMemory<byte>?[count];
        foreach (var (name, sealedPart) in parts)
        {
            var owner = OwnerOf(entry, name);
            if (found.TryGetValue(owner, out var key))
                SealedBody.ReadPart(PersonalSeal.Open(key, owner, PurposeOf(room, entry), sealedPart), strings);
        }
        return entry with { Json = EntryStrings.PutBack(entry with { Json = json }, strings, onlyOfAuthor) };
    }

    private static UserId OwnerOf(LoggedEntry entry, string owner) =>
        owner.Length > 0 ? new UserId(owner) : entry.By ?? default;

    /// <summary>An entry that is moved to another place does not open there.</summary>
    private static string PurposeOf(RoomId room, LoggedEntry entry) => $"{Purpose}:{room}:{entry.Seq}";
}
