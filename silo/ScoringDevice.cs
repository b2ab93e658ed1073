namespace Engage.Silo;

/// <summary>Where a backend of the forward pass is told to compute: the setting <c>Scoring:Device</c>.</summary>
internal enum ScoringDevice
{
    /// <summary>The processor, even where there is a device.</summary>
    Cpu,

    /// <summary>An NVIDIA device; without one the node does not start.</summary>
    Cuda,
}
