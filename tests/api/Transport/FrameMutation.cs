using System.Text;

namespace Engage.Api.Tests.Transport;

/// <summary>A valid client frame with something wrong in it, all of it decided by the generator's seed.</summary>
internal static class FrameMutation
{
    private static readonly string[] Arguments = ["\"text\"", "7", "null", "{}", "[[]]", "\"\\u0000\"", "1e999", "true"];
    private static readonly string[] Methods = ["Echo", "Repeat", "ToAll", "WhoAmI", "Hello", "echo", "", "NoSuch"];

    public static byte[] Next(Random random)
    {
        var frame = RawClient.Frame(Payload(random), opcode: random.Next(20) == 0 ? random.Next(16) : RawFrame.Text);
        return random.Next(8) switch
        {
            // The message is wrong, the frame is not: most of these the connection survives.
            < 5 => frame,
            5 => Flip(frame, random, from: HeaderBytes(frame)),
            6 => Flip(frame, random, from: 0),
            _ => Cut(frame, random),
        };
    }

    /// <summary>Whether the bytes are whole frames, so that a server takes what follows for the next one.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 2)
        {
            var length = (ulong)(bytes[1] & 0x7f);
            var wide = length switch { 126 => 2, 127 => 8, _ => 0 };
            var header = 2 + wide + ((bytes[1] & 0x80) != 0 ? 4 : 0);
            if (bytes.Length < header) return false;
            if (wide > 0) length = 0;
            foreach (var digit in bytes[2..(2 + wide)]) length = (length << 8) | digit;
            if ((ulong)(bytes.Length - header) < length) return false;
            bytes = bytes[(header + (int)length)..];
        }
        return bytes.IsEmpty;
    }

    private static byte[] Payload(Random random)
    {
        var method = Methods[random.Next(Methods.Length)];
        var arguments = string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Arguments[random.Next(Arguments.Length)]));
        var type = random.Next(12) == 0 ? random.Next(-1, 12) : 1;
        var separator = random.Next(30) == 0 ? "" : RawClient.Separator.ToString();
        return Encoding.UTF8.GetBytes(
            $$"""{"type":{{type}},"invocationId":"m","target":"{{method}}","arguments":[{{arguments}}]}{{separator}}""");
    }

    private static byte[] Flip(byte[] frame, Random random, int from)
    {
        for (var i = random.Next(3); i >= 0; i--) frame[random.Next(from, frame.Length)] ^= (byte)(1 << random.Next(8));
        return frame;
    }

    private static byte[] Cut(byte[] frame, Random random)
    {
        var start = random.Next(frame.Length);
        var length = random.Next(Math.Min(9, frame.Length - start));
        return random.Next(2) == 0
            ? [.. frame[..start], .. frame[(start + length)..]]
            : [.. frame[..start], .. frame[start..(start + length)], .. frame[start..]];
    }

    private static int HeaderBytes(byte[] frame) => (frame[1] & 0x7f) < 126 ? 6 : 8;
}
