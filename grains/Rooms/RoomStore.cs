using Engage.Contracts.Rooms;
using Engage.Storage;
using Engage.Storage.Privacy;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Rooms;

/// <summary>
/// Reads a room from its log, from the last stored state on, and stores the state now and then. What is stored is
/// always durable in the log first, and sealed: it is made of what people wrote.
/// </summary>
internal sealed partial class RoomStore(
    Room definition,
    IPersistentState<StoredRoom> stored,
    IRoomLog log,
    IPersonalVault vault,
    RoomOptions rules,
    RoomServingOptions options,
    TimeProvider time,
    ILogger logger)
{
    private const int PageLimit = 2_000;
    private const string StatePurpose = "room-state";
    private const string PulsePurpose = "room-pulse";

    /// <summary>Rows looked through for a window: of a flood of votes nobody sees anything.</summary>
    private const int WindowScanMax = 20_000;

    private RoomPulse? _pulse;
    private long _storedAt;
    private bool _storing;
    private bool _cleared;
    private Task _write = Task.CompletedTask;

    public long StoredSeq => stored.State.Seq;

    /// <summary>How many people the log counts as present.</summary>
    public int Present { get; private set; }

    /// <summary>The room's figures, of what is durable.</summary>
    public RoomPulse Pulse => _pulse ??= new();

    public bool IsDue(long seq) =>
        seq - StoredSeq >= options.StoreEvery && !_storing && time.GetElapsedTime(_storedAt) >= options.StorePause;

    /// <summary>The state that follows from the log.</summary>
    public async Task<RoomState> LoadAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        var state = FromStored();
        _pulse ??= PulseFromStored();
        for (var after = Math.Min(state.Seq, Pulse.Seq); ;)
        {
            var page = await log.ReadAsync(definition.Id, after, PageLimit, cancellationToken);
            foreach (var entry in page) Apply(state, RoomReactions.Read(entry));
            // A page may be shorter than was asked for: the storage has a bound of its own.
            if (page.Length == 0) break;
            after = page[^1].Seq;
        }
        // What the log has changed until now was told when it happened.
        state.TakeChanges();
        return state;
    }

    /// <param name="state">That of the log's end; says what is not served any more.</param>
    public async Task FillAsync(RoomWindow window, RoomState state, CancellationToken cancellationToken)
    {
        var pages = new Stack<LoggedEntry[]>();
        var (before, seen, scanned) = (state.Seq + 1, 0, 0);
        while (before > 1 && seen < options.WindowEntriesMax && scanned < WindowScanMax)
        {
            var page = await log.ReadBackAsync(definition.Id, before, PageLimit, cancellationToken);
            if (page.Length == 0) break;
            pages.Push(page);
            before = page[0].Seq;
            scanned += page.Length;
            seen += page.Count(entry => entry.Audience != RoomAudience.Nobody);
        }
        window.Reset(before - 1);
        foreach (var page in pages)
            foreach (var entry in page) window.Add(state.Served(entry));
    }

    /// <summary>Keeps count of what is durable.</summary>
    public void Note(RoomEntry entry)
    {
        if (entry.Fact is PresenceChanged presence) Present = presence.Present;
        Pulse.Apply(entry);
    }

    /// <summary>Stores the state behind an entry; a failure costs the next start some reading, nothing else.</summary>
    /// <exception cref="Orleans.Storage.InconsistentStateException">Another activation stores, too.</exception>
    public async Task StoreAsync(long seq, byte[] state)
    {
        if (_storing || _cleared || seq <= StoredSeq) return;

        _storing = true;
        var before = stored.State;
        try
        {
            await (_write = WriteAsync(seq, state));
        }
        catch (Exception exception) when (exception is not Orleans.Storage.InconsistentStateException)
        {
            // The log is the truth, so nobody needs to leave. If it came through after all, the next ETag says so.
            stored.State = before;
            LogNotStored(exception, definition.Id.Value, seq);
        }
        finally
        {
            _storing = false;
            _storedAt = time.GetTimestamp();
        }
    }

    /// <summary>Takes back what is stored, for good.</summary>
    public async Task ClearAsync()
    {
        _cleared = true;
        await _write.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await stored.ClearStateAsync();
    }

    private async Task WriteAsync(long seq, byte[] state)
    {
        var next = new StoredRoom { Seq = seq, Present = Present, Sealed = true };
        var pulse = Pulse.Save();
        next.State = await vault.SealAsync(KeyOwners.Of(definition.Id), StatePurpose, state, CancellationToken.None);
        next.Pulse = await vault.SealAsync(KeyOwners.Of(definition.Id), PulsePurpose, pulse, CancellationToken.None);
        stored.State = next;
        await stored.WriteStateAsync();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (!stored.State.Sealed) return;

        var (owner, kept) = (KeyOwners.Of(definition.Id), stored.State);
        stored.State = new()
        {
            Seq = kept.Seq,
            Present = kept.Present,
            State = await vault.OpenAsync(owner, StatePurpose, kept.State, cancellationToken) ?? [],
            Pulse = await vault.OpenAsync(owner, PulsePurpose, kept.Pulse, cancellationToken) ?? [],
        };
    }

    private RoomState FromStored()
    {
        Present = 0;
        if (StoredSeq == 0) return RoomState.New(definition, rules);
        try
        {
            var state = RoomState.Load(stored.State.State, definition, rules);
            Present = stored.State.Present;
            return state;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            // Of another version, or damaged: the log is the truth.
            LogReplayed(exception, definition.Id.Value);
            return RoomState.New(definition, rules);
        }
    }

    /// <returns>Empty ones if none are stored that can be used: all of the log is counted.</returns>
    private RoomPulse PulseFromStored()
    {
        if (stored.State.Pulse.Length == 0) return new();
        try
        {
            return RoomPulse.Load(stored.State.Pulse);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            LogReplayed(exception, definition.Id.Value);
            return new();
        }
    }

    private void Apply(RoomState state, RoomEntry entry)
    {
        if (entry.Seq > state.Seq) state.Apply(entry);
        Note(entry);
    }

    [LoggerMessage(
        LogLevel.Warning, "The state of room {Room} behind entry {Seq} was not stored; its next start reads more")]
    private partial void LogNotStored(Exception exception, string room, long seq);

    [LoggerMessage(LogLevel.Warning, "The stored state of room {Room} cannot be used; all of its log is read")]
    private partial void LogReplayed(Exception exception, string room);
}
