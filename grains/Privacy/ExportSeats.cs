namespace Engage.Grains.Privacy;

/// <summary>
/// How many exports a process makes at a time: while one is made, all that is known of somebody is in memory. The
/// others wait, and say that they are under way.
/// </summary>
internal sealed class ExportSeats : IDisposable
{
    public const int Count = 2;

    private readonly SemaphoreSlim _free = new(Count);

    public Task TakeAsync() => _free.WaitAsync();

    public void Leave() => _free.Release();

    public void Dispose() => _free.Dispose();
}
