using Engage.Neural;

namespace Engage.Silo;

/// <summary>Chooses what computes the ranker's forward pass: the setting <c>Scoring</c>, Managed or Torch.</summary>
internal static class ScoringBackends
{
    /// <summary>Null when this build can score with Torch, otherwise why not.</summary>
#if TORCH
    public static string? TorchMissing => null;
#else
    public static string? TorchMissing => "this build has no TorchSharp; build with -p:Scoring=Torch";
#endif

    /// <param name="name">Managed, the default, or Torch; in any case.</param>
    /// <exception cref="ArgumentException">Another name, or one that this build has not.</exception>
    public static IMlpBackend Choose(string? name)
    {
        if (name is null || Is("Managed")) return ManagedBackend.Instance;
        if (!Is("Torch"))
            throw new ArgumentException($"Scoring is '{name}'; it must be Managed or Torch.");
#if TORCH
        return new TorchBackend();
#else
        throw new ArgumentException($"Scoring is '{name}', but {TorchMissing}, or leave the setting out.");
#endif

        bool Is(string kind) => string.Equals(name, kind, StringComparison.OrdinalIgnoreCase);
    }
}
