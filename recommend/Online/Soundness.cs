namespace Engage.Recommend;

/// <summary>Whether a model may be published.</summary>
public enum Soundness
{
    /// <summary>It may.</summary>
    Sound,

    /// <summary>A weight, an answer or a loss is infinite or NaN.</summary>
    NotNumbers,

    /// <summary>The loss or the gradients stay far above their usual range.</summary>
    Exploded,
}
