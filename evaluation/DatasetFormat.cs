namespace Engage.Evaluation;

/// <summary>File formats of recorded interaction streams.</summary>
public enum DatasetFormat
{
    /// <summary>RecBole atomic file (.inter): tab-separated, header of <c>name:type</c> columns, Unix
    /// seconds or milliseconds.</summary>
    Recbole,

    /// <summary>MovieLens csv: <c>userId,movieId,rating,timestamp</c>, quoted or not, Unix seconds or
    /// milliseconds.</summary>
    MovieLens,
}
