namespace Engage.Contracts;

/// <summary>
/// A bounded queue is full. Nothing was taken; sending the same again after <see cref="RetryAfter"/> is harmless.
/// </summary>
[GenerateSerializer, Alias("engage.busy")]
public sealed class BusyException(string message, TimeSpan retryAfter) : Exception(message)
{
    [Id(0)] public TimeSpan RetryAfter { get; } = retryAfter;
}
