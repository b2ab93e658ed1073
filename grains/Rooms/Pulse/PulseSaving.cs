namespace Engage.Grains.Rooms;

internal static class PulseSaving
{
    public static void WriteIfAny(this BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null) writer.Write(text);
    }

    public static string? ReadIfAny(this BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}
