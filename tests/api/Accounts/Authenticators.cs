using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Engage.Api.Tests.Accounts;

/// <summary>What somebody's phone does: RFC 6238 over a secret in Base32.</summary>
internal static class Authenticators
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <param name="stepsAhead">A code is taken once; one of the step before or after is taken, too.</param>
    public static string Code(string secret, int stepsAhead = 0)
    {
        var bits = string.Concat(secret.Select(letter =>
            Convert.ToString(Alphabet.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        byte[] key =
            [.. bits.Chunk(8).Where(eight => eight.Length == 8).Select(eight => Convert.ToByte(new(eight), 2))];
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(
            counter, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + stepsAhead);
#pragma warning disable CA5350
        var mac = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(mac[^1] & 0xf)) & int.MaxValue;
        return (number % 1_000_000).ToString("d6", CultureInfo.InvariantCulture);
    }
}
