using Engage.Contracts.Activity;

namespace Engage.Grains.Activity;

/// <summary>
/// Makes actors store what a pump had given them at one moment, while it may give them more. Belongs to the turns of
/// the pump's grain.
/// </summary>
/// <param name="given">What each actor was given last and has not stored; who has, leaves it, unless she was given more
/// meanwhile: she must go on being asked whether she still has it.</param>
internal sealed class CheckpointRound(IGrainFactory grains, int partition, Dictionary<Recipient, long> given)
{
    private readonly KeyValuePair<Recipient, long>[] _asked = [.. given];
    private int _next;

    /// <summary>Asks so many at the same time until all were asked, beside whoever does so already.</summary>
    /// <exception cref="InvalidOperationException">An actor lost what it was given.</exception>
    public Task StoreAsync(int concurrency) => Task.WhenAll(
        Enumerable.Range(0, Math.Min(concurrency, _asked.Length - _next)).Select(_ => StoreOneByOneAsync()).ToArray());

    private async Task StoreOneByOneAsync()
    {
        while (_next < _asked.Length)
        {
            var (recipient, through) = _asked[_next++];
            if (!await recipient.In(grains).StoreAsync(new JournalPosition(partition, through)))
                throw new InvalidOperationException(
                    $"Partition {partition}: {recipient} lost what it had applied; delivering again.");
            if (given.TryGetValue(recipient, out var last) && last == through) given.Remove(recipient);
        }
    }
}
