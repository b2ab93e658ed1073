using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Engage.Api.Rooms;

/// <summary>
/// A room's state, put together from JSON objects of changed members: of each part the newest bytes, never parsed
/// further than to find their end. Members that are themselves collections by id are folded id by id; null takes an id
/// away. Not thread-safe.
/// </summary>
internal sealed class StateFold
{
    /// <summary>Members whose own members change one by one (docs/protocol.md, "Rooms", "State").</summary>
    private static readonly string[] Collections = ["messages", "questions", "polls", "held", "settings"];

    /// <summary>Those whose ids go away; a reader keeps such an id until it is told.</summary>
    private static readonly string[] Vanishing = ["questions", "polls", "held"];

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _members = [];
    private readonly Dictionary<string, Dictionary<string, ReadOnlyMemory<byte>>> _collections = [];

    private static ReadOnlyMemory<byte> Removed { get; } = "null"u8.ToArray();

    public bool IsEmpty => _members.Count == 0 && _collections.Count == 0;

    /// <summary>Ids in all collections, removed ones included: what grows without end if nobody looks.</summary>
    public int Ids { get; private set; }

    /// <param name="json">An object; kept and shared, never written to.</param>
    public void Add(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A room's state: expected a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(ref reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && Collections.Contains(name))
                AddIds(json, ref reader, name);
            else
                _members[name] = ValueOf(json, ref reader);
        }
    }

    /// <summary>Starts anew from a whole state. Ids that were here and are not named by it are taken away.</summary>
    /// <param name="forgetsRemoved">Whether those that had been taken away before are named no more.</param>
    /// <param name="whole">Objects that make up the state, as for <see cref="Add"/>.</param>
    public void Replace(bool forgetsRemoved, params ReadOnlySpan<byte[]> whole)
    {
        var before = Vanishing.Where(_collections.ContainsKey).ToDictionary(name => name, name => _collections[name]);
        Clear();
        foreach (var json in whole) Add(json);
        foreach (var (name, ids) in before)
            foreach (var (id, value) in ids)
                if (!forgetsRemoved || !IsRemoved(value))
                    TakeAway(name, id);
    }

    public void Clear()
    {
        _members.Clear();
        _collections.Clear();
        Ids = 0;
    }

    /// <returns>The bytes of a member that is no collection; empty if there is none.</returns>
    public ReadOnlySpan<byte> Member(string name) => _members.TryGetValue(name, out var value) ? value.Span : default;

    /// <returns>The bytes under an id of a collection; empty if there is none.</returns>
    public ReadOnlySpan<byte> Member(string collection, string id) =>
        _collections.TryGetValue(collection, out var ids) && ids.TryGetValue(id, out var value) ? value.Span : default;

    /// <param name="withRemoved">
    /// Whether what was taken away is named, as null: for readers who may still have it. Others need not know.
    /// </param>
    public void Write(IBufferWriter<byte> output, bool withRemoved)
    {
        output.Write("{"u8);
        var first = true;
        foreach (var (name, value) in _members)
            WriteMember(output, name, value.Span, ref first);
        foreach (var (name, ids) in _collections)
        {
            WriteName(output, name, ref first);
            output.Write("{"u8);
            var firstId = true;
            foreach (var (id, value) in ids)
                if (withRemoved || !IsRemoved(value))
                    WriteMember(output, id, value.Span, ref firstId);
            output.Write("}"u8);
        }
        output.Write("}"u8);
    }

    public byte[] ToArray(bool withRemoved)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        Write(output, withRemoved);
        return output.WrittenSpan.ToArray();
    }

    private static bool IsRemoved(ReadOnlyMemory<byte> value) => value.Span.SequenceEqual("null"u8);

    /// <summary>Unless it is named.</summary>
    private void TakeAway(string collection, string id)
    {
        if (!_collections.TryGetValue(collection, out var ids)) _collections[collection] = ids = [];
        if (ids.TryAdd(id, Removed)) Ids++;
    }

    private void AddIds(byte[] json, ref Utf8JsonReader reader, string collection)
    {
        if (!_collections.TryGetValue(collection, out var ids)) _collections[collection] = ids = [];
        Ids -= ids.Count;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var id = NameOf(ref reader);
            reader.Read();
            ids[id] = ValueOf(json, ref reader);
        }
        Ids += ids.Count;
    }

    /// <summary>As it is written, escapes and all: it is only compared, and written again.</summary>
    private static string NameOf(ref Utf8JsonReader reader) => Encoding.UTF8.GetString(reader.ValueSpan);

    private static ReadOnlyMemory<byte> ValueOf(byte[] json, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json.AsMemory(start..(int)reader.BytesConsumed);
    }

    private static void WriteMember(
        IBufferWriter<byte> output, string name, ReadOnlySpan<byte> value, ref bool first)
    {
        WriteName(output, name, ref first);
        output.Write(value);
    }

    private static void WriteName(IBufferWriter<byte> output, string name, ref bool first)
    {
        output.Write(first ? "\""u8 : ",\""u8);
        Encoding.UTF8.GetBytes(name, output);
        output.Write("\":"u8);
        first = false;
    }
}
