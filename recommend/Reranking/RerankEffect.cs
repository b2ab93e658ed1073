namespace Engage.Recommend;

/// <summary>Why an item stands higher than its score alone would put it.</summary>
public enum RerankEffect
{
    /// <summary>By its score.</summary>
    None,

    /// <summary>It was published lately.</summary>
    Fresh,

    /// <summary>Others above it were too much alike.</summary>
    Variety,

    /// <summary>Others were shown often and not taken.</summary>
    Rest,

    /// <summary>The user is expected to rate it high.</summary>
    Liked,
}
