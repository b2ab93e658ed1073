namespace Engage.LoadGen.Servers;

/// <summary>How a server of one's own is started.</summary>
public sealed record ServerSettings
{
    /// <summary>The one core that it may use; null: any.</summary>
    public int? Core { get; init; }

    /// <summary>Where it listens on the loopback address; null: on a free port.</summary>
    public int? Port { get; init; }

    /// <summary>Its settings beyond those that every server of one's own gets, as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The key that it signs tokens with, which whoever holds it can do too; null: it makes its own.</summary>
    public TokenKey? Key { get; init; }
}
