using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>What one thread is doing: whose turn it runs, and which.</summary>
/// <remarks>
/// The thread writes two plain fields and never reads a clock; <see cref="TurnWatch"/> looks now and then, and sees a
/// slow turn by its number not having changed. Its findings are read by the thread when the turn ends.
/// </remarks>
internal sealed class TurnSlot
{
    private static readonly Lock Guard = new();
    private static readonly List<TurnSlot> Slots = [];

    [ThreadStatic]
    private static TurnSlot? t_own;

    [ThreadStatic]
    private static Owner? t_owner;

    private Activation? _running;
    private long _turn;
    private long _slowTurn = -1;

    /// <summary>Of the current thread.</summary>
    public static TurnSlot Own => t_own ?? Begin();

    /// <summary>The activation on whose turn the current thread runs.</summary>
    public static IGrainContext? CurrentContext => t_own?.Context;

    /// <summary>Set while turns run on the thread.</summary>
    public IGrainContext? Context { get; set; }

    /// <summary>Belongs to <see cref="AmbientScheduler"/>.</summary>
    public Task Carrier { get; } = AmbientScheduler.CreateCarrier();

    /// <summary>Counts the activations that the thread woke.</summary>
    public uint Dispatches { get; set; }

    /// <summary>Null between bursts.</summary>
    public Activation? Running => Volatile.Read(ref _running);

    public long Turn => Volatile.Read(ref _turn);

    /// <summary>For the watch: the turn that it saw last, since when, and how often it warned of it.</summary>
    public (long Turn, long Since, int Warnings) Seen { get; set; } = (-1, 0, 0);

    /// <summary>What the slow turn was doing, by the watch.</summary>
    public string SlowWork { get; private set; } = "";

    public static TurnSlot[] All()
    {
        lock (Guard)
            return [.. Slots];
    }

    private static TurnSlot Begin()
    {
        t_owner = new();
        return t_own = t_owner.Slot;
    }

    public void BeginBurst(Activation activation)
    {
        _turn++;
        Volatile.Write(ref _running, activation);
    }

    public void EndBurst() => Volatile.Write(ref _running, null);

    /// <summary>True when the turn that just ended was found to be slow.</summary>
    public bool EndTurn()
    {
        var turn = _turn;
        Volatile.Write(ref _turn, turn + 1);
        return Volatile.Read(ref _slowTurn) == turn;
    }

    public void MarkSlow(long turn, string work)
    {
        SlowWork = work;
        Volatile.Write(ref _slowTurn, turn);
    }

    /// <summary>Belongs to the thread; the list would otherwise hold its slot beyond its end.</summary>
    private sealed class Owner
    {
        public readonly TurnSlot Slot = new();

        public Owner()
        {
            lock (Guard)
                Slots.Add(Slot);
        }

        ~Owner()
        {
            lock (Guard)
                Slots.Remove(Slot);
        }
    }
}
