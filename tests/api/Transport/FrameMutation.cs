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
        return random.Next(4) switch
        {
            // The message is wrong, the frame is not: most of these the connection survives.
            0 => frame,
            1 => Flip(frame, random, from: HeaderBytes(frame)),
            2 => Flip(frame, random, from: 0),
            _ => Cut(frame, random),
        };
    }

    /// <summary>Whether the header promises more bytes than follow, so that a server has to wait for them.</summary>
    public static bool IsIncomplete(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 2) return true;
        var length = (ulong)(frame[1] & 0x7f);
        var extra = length switch { 126 => 2, 127 => 8, _ => 0 };
        if (frame.Length < 2 + extra) return true;
        for (var (i, wide) = (0, 0UL); i < extra; i++) length = wide = (wide << 8) | frame[2 + i];
        var header = 2 + extra + ((frame[1] & 0x80) != 0 ? 4 : 0);
        return (ulong)frame.Length < (ulong)header || (ulong)(frame.Length - header) < length;
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
