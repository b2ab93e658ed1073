using System.Globalization;
using Engage.Contracts;

namespace Engage.Storage.Privacy;

/// <summary>One key of the ring: it wraps personal keys, and nothing else.</summary>
/// <param name="Number">From 1; the largest is the one in use.</param>
internal sealed record RingKey(int Number, DateTimeOffset CreatedAt, byte[] Key)
{
    private const string Purpose = "personal-key";

    public StoredKey Wrap(UserId user, byte[] personalKey) =>
        new(user, Number, PersonalSeal.Seal(Key, user, Purpose, personalKey));

    /// <exception cref="StorageException">This is the ring of another platform, or the row is damaged.</exception>
    public byte[] Unwrap(UserId user, byte[] wrapped) => PersonalSeal.Open(Key, user, Purpose, wrapped);

    public static RingKey Create(int number, DateTimeOffset now) => new(number, now, PersonalSeal.NewKey());

    /// <summary>A line for the key and one for the time: readable by the tools of any operator.</summary>
    public string Write() =>
        $"{Convert.ToBase64String(Key)}\n{CreatedAt.ToString("O", CultureInfo.InvariantCulture)}\n";

    /// <exception cref="FormatException">It is no file of a ring.</exception>
    public static RingKey Read(int number, string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length != 2) throw new FormatException($"It has {lines.Length} lines; expected a key and a time.");

        var key = Convert.FromBase64String(lines[0]);
        if (key.Length != PersonalSeal.KeyBytes)
            throw new FormatException($"Its key has {key.Length} bytes; expected {PersonalSeal.KeyBytes}.");
        return new(number, DateTimeOffset.Parse(lines[1], CultureInfo.InvariantCulture), key);
    }
}
