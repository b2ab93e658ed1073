namespace Engage.Parity.Tests;

/// <summary>A public type, as those who use it see it.</summary>
/// <param name="Kind">Class, struct, interface, enum or delegate, with its modifiers and generic parameters.</param>
/// <param name="Members">Visible members as text: everything that a caller or an implementer compiles against.</param>
internal sealed record ApiType(
    string Name, string Kind, string Base, IReadOnlySet<string> Interfaces, IReadOnlySet<string> Members, string Usage);
