using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Engage.Grains.Accounts;

/// <summary>Time-based one-time passwords: RFC 6238 with SHA-1, 30 s and six digits, over RFC 4226.</summary>
internal static class Totp
{
    private const int StepSeconds = 30;
    private const int Modulus = 1_000_000;

    /// <summary>RFC 4226, 4: as long as the hash.</summary>
    private const int SecretBytes = 20;

    /// <summary>Steps that a clock may be off, each way.</summary>
    private const int Drift = 1;

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <returns>The step whose code it is, newer than the last one taken; null if there is none.</returns>
    public static long? Match(byte[] secret, string code, DateTimeOffset now, long lastStep)
    {
        var current = StepOf(now);
        long? match = null;
        for (var step = current - Drift; step <= current + Drift; step++)
            if (Same(CodeAt(secret, step), code) && step > lastStep)
                match ??= step;
        return match;
    }

    public static long StepOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    public static string CodeAt(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[SHA1.HashSizeInBytes];
        // The standard's function, and what every authenticator knows; its collisions do not matter in an HMAC.
#pragma warning disable CA5350
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350

        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0xf)..]) & int.MaxValue;
        return (number % Modulus).ToString("d6", CultureInfo.InvariantCulture);
    }

    private static bool Same(string expected, string actual) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(actual));
}
