using System.Text;

namespace Engage.Api.Tests.Transport;

/// <summary>A valid client frame with something wrong in it, all of it decided by the generator's seed.</summary>
internal static class FrameMutation
{
    private static readonly string[] Arguments =
        ["\"text\"", "7", "null", "{}", "[[]]", "\"\\u0000\"", "1e999", "true"];

    private static readonly string[] Methods = ["Echo", "Repeat", "WhoAmI", "Hello", "echo", "", "NoSuch"];

    /// <returns>The frame, and whether its bytes were changed, so that nobody knows what it asks for.</returns>
    public static (byte[] Frame, bool Mangled) Next(Random random)
    {
        var frame = RawClient.Frame(Payload(random), opcode: random.Next(20) == 0 ? random.Next(16) : RawFrame.Text);
        return random.Next(8) switch
        {
            // The message is wrong, the frame is not: most of these the connection survives.
            < 5 => (frame, false),
            5 => (Flip(frame, random, from: HeaderBytes(frame)), true),
            6 => (Flip(frame, random, from: 0), true),
            _ => (Cut(frame, random), true),
        };
    }

    private static byte[] Payload(Random random)
    {
        var method = Methods[random.Next(Methods.Length)];
        var arguments = string.Join(
            ',', Enumerable.Range(0, random.Next(3)).Select(_ => Arguments[random.Next(Arguments.Length)]));
        var type = random.Next(12) == 0 ? random.Next(1, 8) : 1;
        var separator = random.Next(30) == 0 ? "" : RawClient.Separator.ToString();
        return Encoding.UTF8.GetBytes(
            $$"""{"type":{{type}},"invocationId":"m","target":"{{method}}","arguments":[{{arguments}}]}"""
            + separator);
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
