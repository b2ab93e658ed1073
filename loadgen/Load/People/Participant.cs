using Engage.LoadGen.Load.Dialects;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.People;

/// <summary>
/// One person in the room, over as many connections as it takes: comes back when a connection is lost, says again what
/// was not acknowledged, and keeps account of what she receives. Called under the loop's gate.
/// </summary>
internal sealed class Participant(Crowd crowd, int number) : ISocketSink, IDialectSink
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AliveEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<int, Act> _calls = [];
    private readonly Queue<Act> _waiting = new();
    private LoadSocket? _socket;
    private int _lastCall;
    private int _joining;
    private int _failures;

    /// <summary>What the server asked to say again later, and was not said again yet.</summary>
    private int _deferred;
    private bool _wanted;
    private bool _isIn;
    private long _lostAt;
    private long _catchUpTo;

    public int Number => number;

    public Reception Reception { get; } = new();

    /// <summary>Connected, and let into the room.</summary>
    public bool IsIn => _isIn;

    /// <summary>Gone on her own account.</summary>
    public bool HasLeft => !_wanted;

    /// <summary>Does not read: hears no answer, and is not expected to have received anything.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Calls without an answer, and things not yet said, or to be said again.</summary>
    public int Unanswered => _calls.Count + _waiting.Count + _deferred;

    /// <summary>Why the last connection ended, or did not come about.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Called when something she did was acknowledged, or refused for good.</summary>
    public Action<long>? Answered { get; set; }

    /// <summary>Comes in, and comes back whenever the connection is lost.</summary>
    public void Enter()
    {
        _wanted = true;
        if (_socket is null)
            Connect();
    }

    /// <summary>Goes away for now, without a word.</summary>
    public void Leave()
    {
        _wanted = false;
        Reception.Leave();
        Drop();
    }

    /// <summary>The network goes, and she connects again at once.</summary>
    public void Reconnect(long now)
    {
        Drop();
        (_lostAt, _failures) = (now, 0);
        Connect();
    }

    /// <summary>Shows the server her next token, so that the connection outlives the one before.</summary>
    public void Renew()
    {
        if (_isIn && crowd.Dialect.Renew(++_lastCall, crowd.TokenOf(number)) is { } call)
            _socket!.Send(call);
    }

    /// <summary>Reads nothing any more, until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        IsPaused = true;
        _socket?.Pause();
    }

    public void Resume()
    {
        IsPaused = false;
        _socket?.Resume();
    }

    public void Do(Act act)
    {
        if (_isIn)
            Call(act);
        else
            _waiting.Enqueue(act);
    }

    void ISocketSink.OnOpened() => crowd.Dialect.Open(_socket!, this);

    void ISocketSink.OnMessage(ReadOnlySpan<byte> message) => crowd.Dialect.Read(message, _socket!, this);

    void ISocketSink.OnClosed(int? code, string reason)
    {
        LastFailure = code is null ? reason : $"{code} {reason}";
        crowd.Tally.Disconnected++;
        if (_lostAt == 0)
            _lostAt = crowd.Timeline.Now;
        Drop();
        if (_wanted)
            ConnectLater();
    }

    void IDialectSink.OnAgreed()
    {
        KeepAlive(_socket!);
        Join(Reception.Stays > 0 ? Reception.Through : null);
    }

    void IDialectSink.OnPush(Push push)
    {
        Reception.Take(push);
        crowd.Delivered(push, crowd.Timeline.Now);
        CaughtUp();
    }

    void IDialectSink.OnReload() => Join(null);

    void IDialectSink.OnDismissed(string reason) => LastFailure = reason;

    void IDialectSink.OnAnswer(Answer answer)
    {
        var now = crowd.Timeline.Now;
        if (answer.Call == _joining)
            JoinAnswered(answer, now);
        else if (_calls.Remove(answer.Call, out var act))
            ActAnswered(act, answer, now);
    }

    private void Connect()
    {
        _socket = crowd.Connect(this);
        _socket.Open(crowd.Address);
        var mine = _socket;
        // A connection whose opening is swallowed would otherwise be waited for in vain.
        crowd.Timeline.At(crowd.Timeline.After(AnswerPatience), _ =>
        {
            if (_socket == mine && !_isIn)
                ((ISocketSink)this).OnClosed(null, $"not in the room within {AnswerPatience.TotalSeconds} s");
        });
    }

    private void ConnectLater()
    {
        var bound = Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 10)), DelayMax.TotalSeconds);
        crowd.Timeline.At(crowd.Timeline.After(TimeSpan.FromSeconds(bound * crowd.Random.NextDouble())), _ =>
        {
            if (_wanted && _socket is null)
                Connect();
        });
    }

    private void Drop()
    {
        _socket?.Dispose();
        _socket = null;
        _isIn = false;
        _joining = 0;
        // What was not answered may or may not have been taken; a message says which it is, a reaction cannot.
        foreach (var act in _calls.Values)
            if (act.IsReaction)
                crowd.Tally.Unknown += act.Reactions;
            else
                _waiting.Enqueue(act);
        _calls.Clear();
    }

    private void Join(long? after)
    {
        _isIn = false;
        _joining = ++_lastCall;
        _socket!.Send(crowd.Dialect.Join(_joining, crowd.Settings.Room, after));
    }

    private void JoinAnswered(Answer answer, long now)
    {
        _joining = 0;
        if (answer.Joined is not { } joined)
        {
            LastFailure = $"not let in: {answer.Problem}";
            ((ISocketSink)this).OnClosed(null, LastFailure);
            return;
        }

        // What was said while she was gone on her own account is not late.
        if (Reception.Join(joined) is { } missed)
            crowd.Delivered(missed, now, isLate: _lostAt != 0);
        _isIn = true;
        _failures = 0;
        _catchUpTo = crowd.Newest;
        CaughtUp();
        while (_waiting.TryDequeue(out var act))
            Call(act);
    }

    private void CaughtUp()
    {
        if (_lostAt == 0 || Reception.Through < _catchUpTo)
            return;
        crowd.Tally.CatchUp.RecordNanoseconds(crowd.Nanoseconds(crowd.Timeline.Now - _lostAt));
        _lostAt = 0;
    }

    private void Call(Act act)
    {
        if (!act.WasSent)
            crowd.Tally.Sent++;
        act.WasSent = true;
        var call = ++_lastCall;
        _calls[call] = act;
        var dialect = crowd.Dialect;
        _socket!.Send(act.IsReaction
            ? dialect.React(call, crowd.Settings.Room, "👏", act.Reactions)
            : dialect.Say(call, crowd.Settings.Room, act.Id, act.Text));
    }

    private void ActAnswered(Act act, Answer answer, long now)
    {
        if (answer.Problem is null)
        {
            crowd.Done(act, answer, now);
        }
        else if (answer.RetryAfter is { } wait)
        {
            crowd.Tally.Deferred++;
            _deferred++;
            crowd.Timeline.At(crowd.Timeline.After(wait), _ =>
            {
                _deferred--;
                Do(act);
            });
            return;
        }
        else
        {
            crowd.Tally.Refuse(answer.Problem);
        }

        Answered?.Invoke(now);
    }

    private void KeepAlive(LoadSocket socket)
    {
        if (crowd.Dialect.Alive is not { } alive)
            return;
        var spread = TimeSpan.FromSeconds(crowd.Random.NextDouble());
        crowd.Timeline.At(crowd.Timeline.After(AliveEvery + spread), _ =>
        {
            if (_socket != socket)
                return;
            socket.Send(alive);
            KeepAlive(socket);
        });
    }
}
