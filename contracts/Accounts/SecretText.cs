namespace Engage.Contracts.Accounts;

/// <summary>
/// Something that is nobody else's business on its way to an actor: a password, a code, a name. Runtimes write the
/// arguments of a call that fails or takes long into their logs; of this one they write nothing.
/// </summary>
[GenerateSerializer, Immutable, Alias("engage.secret-text")]
public readonly record struct SecretText([property: Id(0)] string Value)
{
    public static SecretText From(string value) => new(value);

    public static implicit operator SecretText(string value) => new(value);

    public override string ToString() => nameof(SecretText);
}
