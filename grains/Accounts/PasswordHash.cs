namespace Engage.Grains.Accounts;

/// <summary>PBKDF2-HMAC-SHA256 with its parameters beside it, so that they can be raised later.</summary>
public sealed class PasswordHash
{
    public int Iterations { get; set; }
    public byte[] Salt { get; set; } = [];
    public byte[] Hash { get; set; } = [];
}
