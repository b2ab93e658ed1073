namespace Engage.Grains.Privacy;

/// <summary>What holds for people who were not asked.</summary>
public sealed class PrivacyOptions
{
    /// <summary>
    /// Whether users who never registered here and never decided anything count as having consented to everything:
    /// back ends that send events of their own users have asked them there. Who registers is asked then. Default: true.
    /// </summary>
    public bool ConsentOfUnknownUsers { get; set; } = true;
}
