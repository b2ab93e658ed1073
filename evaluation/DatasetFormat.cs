namespace Engage.Evaluation;

/// <summary>File formats of recorded interaction streams. All begin with a header line that names the
/// columns.</summary>
public enum DatasetFormat
{
    /// <summary>As the header looks: separated by tabs, commas, semicolons or bars, whichever part it into most
    /// columns; fields may be quoted unless tabs separate them.</summary>
    Auto,

    /// <summary>RecBole atomic file (.inter): tab-separated, header of <c>name:type</c> columns.</summary>
    Recbole,

    /// <summary>MovieLens csv: <c>userId,movieId,rating,timestamp</c>, quoted or not.</summary>
    MovieLens,
}
