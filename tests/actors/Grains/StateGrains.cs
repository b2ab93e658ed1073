
namespace Engage.Actors.Tests.Grains;

[GenerateSerializer]
public sealed class Wallet
{
    [Id(0)]
    public int Coins { get; set; }

    [Id(1)]
    public List<string> Notes { get; set; } = [];
}

public interface IWalletGrain : IGrainWithStringKey
{
    Task<int> Coins();

    Task<string> LoadedWith();

    Task Change(int coins, bool write);

    Task ChangeTwiceAtOnce(int first, int second);

    Task Clear();

    Task Reload();

    Task<bool> IsStored();

    Task Leave();
}

public sealed class WalletGrain(
    [PersistentState("wallet")] IPersistentState<Wallet> wallet,
    TimeProvider time,
    [PersistentState("audit", "audits")] IPersistentState<Wallet> audit) : Grain, IWalletGrain
{
    private string _loadedWith = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _loadedWith = $"{wallet.State.Coins} {audit.State.Coins} {time is not null}";
        return Task.CompletedTask;
    }

    public Task<int> Coins() => Task.FromResult(wallet.State.Coins);

    public Task<string> LoadedWith() => Task.FromResult(_loadedWith);

    public async Task Change(int coins, bool write)
    {
        wallet.State.Coins = coins;
        wallet.State.Notes.Add($"set to {coins}");
        audit.State.Coins++;
        if (!write)
            return;
        await wallet.WriteStateAsync();
        await audit.WriteStateAsync();
    }

    public async Task ChangeTwiceAtOnce(int first, int second)
    {
        wallet.State.Coins = first;
        var write = wallet.WriteStateAsync();
        wallet.State.Coins = second;
        await Task.WhenAll(write, wallet.WriteStateAsync());
    }

    public Task Clear() => wallet.ClearStateAsync();

    public Task Reload() => wallet.ReadStateAsync();

    public Task<bool> IsStored() => Task.FromResult(wallet.RecordExists);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface INotebookGrain : IGrainWithStringKey
{
    Task<int> Append(string note);

    Task Leave();
}

public sealed class NotebookGrain : Grain<Wallet>, INotebookGrain
{
    public async Task<int> Append(string note)
    {
        State.Notes.Add(note);
        await WriteStateAsync();
        return State.Notes.Count;
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface ILostGrain : IGrainWithStringKey
{
    Task Touch();
}

public sealed class LostGrain([PersistentState("lost", "nowhere")] IPersistentState<Wallet> lost) : Grain, ILostGrain
{
    public Task Touch() => Task.FromResult(lost.State);
}
