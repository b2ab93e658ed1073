using Microsoft.Extensions.Options;

namespace Engage.Sandbox;

internal enum Fault
{
    None = 0,
    SilentBefore = 1,
    SilentAfter = 2,
    ErrorBefore = 3,
    ErrorAfter = 4,
}

/// <summary>Decides by seeded chance what goes wrong, and by the token where a test wants something certain.</summary>
internal sealed class Faults(IOptions<SandboxOptions> options)
{
    private const int AttemptsMax = 100_000;
    private readonly Lock _gate = new();
    private readonly Random _random = new(options.Value.Seed);
    private readonly HashSet<string> _attempted = new(StringComparer.Ordinal);

    public Fault Next()
    {
        var faults = options.Value.Faults;
        var drawn = Draw();
        if ((drawn -= faults.SilentBefore) < 0) return Fault.SilentBefore;
        if ((drawn -= faults.SilentAfter) < 0) return Fault.SilentAfter;
        if ((drawn -= faults.ErrorBefore) < 0) return Fault.ErrorBefore;
        return drawn - faults.ErrorAfter < 0 ? Fault.ErrorAfter : Fault.None;
    }

    /// <summary>What the token asks for; it goes wrong at the first attempt of an id only.</summary>
    public Fault Next(string id, string token)
    {
        var asked = TestTokens.FaultOf(token);
        return asked == Fault.None ? Next() : IsFirst(id) ? asked : Fault.None;
    }

    public bool Happens(double probability) => Draw() < probability;

    public double Draw()
    {
        lock (_gate) return _random.NextDouble();
    }

    private bool IsFirst(string id)
    {
        lock (_gate)
        {
            if (_attempted.Count >= AttemptsMax) _attempted.Clear();
            return _attempted.Add(id);
        }
    }
}

/// <summary>Tokens that tests use; what a card's form gives out begins with one of them.</summary>
internal static class TestTokens
{
    private static readonly Dictionary<string, string> ByNumber = new()
    {
        ["4242424242424242"] = "tok_ok",
        ["4000000000000002"] = "tok_declined",
        ["4000000000009995"] = "tok_insufficient",
        ["4000000000003220"] = "tok_timeout_then_ok",
        ["4000000000000119"] = "tok_error_then_ok",
        ["4000000000003055"] = "tok_slow",
    };

    /// <returns>Null: such a card does not exist.</returns>
    public static string? ForNumber(string number) => ByNumber.GetValueOrDefault(number);

    public static Fault FaultOf(string token) => token switch
    {
        _ when Is(token, "tok_timeout_then_ok") => Fault.SilentAfter,
        _ when Is(token, "tok_silent_then_ok") => Fault.SilentBefore,
        _ when Is(token, "tok_error_then_ok") => Fault.ErrorBefore,
        _ when Is(token, "tok_charged_then_error") => Fault.ErrorAfter,
        _ => Fault.None,
    };

    public static bool IsSlow(string token) => Is(token, "tok_slow");

    /// <returns>Null if the card pays, otherwise why not.</returns>
    public static string? Refusal(string token) => token switch
    {
        _ when Is(token, "tok_declined") => "declined by the bank",
        _ when Is(token, "tok_insufficient") => "insufficient funds",
        _ when Is(token, "tok_ok") || IsSlow(token) || FaultOf(token) != Fault.None => null,
        _ => "unknown token",
    };

    private static bool Is(string token, string name) =>
        token == name || token.StartsWith(name + "_", StringComparison.Ordinal);
}
