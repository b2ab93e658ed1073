using Engage.Contracts;

namespace Engage.Grains.Rooms;

/// <summary>How saved state is written and read; both sides stand together.</summary>
internal static class StateWriting
{
    public static void Write(this BinaryWriter writer, UserId user) => writer.Write(user.Value);
    public static UserId ReadUser(this BinaryReader reader) => new(reader.ReadString());

    /// <summary>In order of their ids, so that equal sets are saved as equal bytes.</summary>
    public static void WritePeople(this BinaryWriter writer, HashSet<UserId> people) =>
        writer.WriteAll([.. people.OrderBy(user => user.Value, StringComparer.Ordinal)], writer.Write);

    public static void WriteTime(this BinaryWriter writer, DateTimeOffset? time) =>
        writer.WriteNumber(time is { } at ? RoomTime.Of(at) : null);

    public static DateTimeOffset? ReadTime(this BinaryReader reader) =>
        reader.ReadNumber() is { } time ? RoomTime.From(time) : null;

    public static void WriteNumber(this BinaryWriter writer, long? number)
    {
        writer.Write(number.HasValue);
        if (number is { } value) writer.Write(value);
    }

    public static long? ReadNumber(this BinaryReader reader) => reader.ReadBoolean() ? reader.ReadInt64() : null;

    public static void WriteReal(this BinaryWriter writer, double? number)
    {
        writer.Write(number.HasValue);
        if (number is { } value) writer.Write(value);
    }

    public static double? ReadReal(this BinaryReader reader) => reader.ReadBoolean() ? reader.ReadDouble() : null;

    public static void WriteText(this BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null) writer.Write(text);
    }

    public static string? ReadText(this BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    public static void WriteAll<T>(this BinaryWriter writer, IReadOnlyCollection<T> items, Action<T> write)
    {
        writer.Write(items.Count);
        foreach (var item in items) write(item);
    }

    public static T[] ReadAll<T>(this BinaryReader reader, Func<T> read)
    {
        var items = new T[reader.ReadInt32()];
        for (var i = 0; i < items.Length; i++) items[i] = read();
        return items;
    }
}
