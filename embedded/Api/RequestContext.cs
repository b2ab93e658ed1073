using Engage.Embedded.Runtime;

namespace Orleans.Runtime;

/// <summary>
/// Named values that travel with calls: what a caller set is seen by the grain it calls, and by the grains that one
/// calls. Changes made by the callee do not come back.
/// </summary>
/// <remarks>The dictionary is copied on write and never changed once published, so a call shares it for free.</remarks>
public static class RequestContext
{
    private const string ReentrancyKey = "#CCR";

    private static readonly AsyncLocal<Dictionary<string, object>?> Values = new();

    /// <summary>Travels with calls while call-chain reentrancy is allowed; else empty.</summary>
    public static Guid ReentrancyId
    {
        get => ReentrancyIdOf(Values.Value);
        set
        {
            if (value == Guid.Empty)
                Remove(ReentrancyKey);
            else
                Set(ReentrancyKey, value);
        }
    }

    public static IEnumerable<string> Keys => Values.Value?.Keys ?? Enumerable.Empty<string>();

    public static IEnumerable<KeyValuePair<string, object>> Entries => Values.Value ?? [];

    internal static Dictionary<string, object>? Snapshot
    {
        get => Values.Value;
        set => Values.Value = value;
    }

    /// <summary>
    /// Until the returned section is disposed of, calls that the grain makes may call it back: what carries their
    /// reentrancy id starts although the request that allowed it is unfinished. Without it, which is the default, such
    /// a call waits for the request that waits for it, until the time-out.
    /// </summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var original = ReentrancyId;
        return new(original, original == Guid.Empty ? Guid.NewGuid() : original);
    }

    /// <summary>Until the returned section is disposed of, calls do not carry the caller's reentrancy id.</summary>
    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

    public static object? Get(string key) => Values.Value?.GetValueOrDefault(key);

    public static void Set(string key, object value) =>
        Values.Value = new(Values.Value ?? []) { [key] = value };

    public static bool Remove(string key)
    {
        if (Values.Value is not { } values || !values.ContainsKey(key))
            return false;
        var rest = new Dictionary<string, object>(values);
        rest.Remove(key);
        Values.Value = rest.Count == 0 ? null : rest;
        return true;
    }

    public static void Clear()
    {
        if (Values.Value is not null)
            Values.Value = null;
    }

    internal static Guid ReentrancyIdOf(Dictionary<string, object>? values) =>
        values is not null && values.TryGetValue(ReentrancyKey, out var value) && value is Guid id ? id : Guid.Empty;

    /// <summary>A stretch of a grain's code with its own rule of call-chain reentrancy.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _originalReentrancyId;
        private readonly Guid _newReentrancyId;

        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _originalReentrancyId = originalReentrancyId;
            _newReentrancyId = newReentrancyId;
            if (newReentrancyId != originalReentrancyId)
                ReentrancyId = newReentrancyId;
            if (newReentrancyId != Guid.Empty && RuntimeContext.Current is Activation activation)
                activation.EnterReentrantSection(newReentrancyId);
        }

        public void Dispose()
        {
            if (_newReentrancyId != Guid.Empty && RuntimeContext.Current is Activation activation)
                activation.LeaveReentrantSection(_newReentrancyId);
            if (_newReentrancyId != _originalReentrancyId)
                ReentrancyId = _originalReentrancyId;
        }
    }
}
