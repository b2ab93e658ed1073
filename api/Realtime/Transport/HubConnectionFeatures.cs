using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Security.Claims;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Engage.Api.Realtime.Transport;

/// <summary>
/// What the hub asks of a connection. The connection is its own collection of features: ten thousand idle ones would
/// otherwise keep as many dictionaries that all say the same.
/// </summary>
internal abstract class HubConnectionFeatures(string id, HttpContext http) : ConnectionContext,
    IFeatureCollection,
    IConnectionIdFeature,
    IConnectionItemsFeature,
    IConnectionTransportFeature,
    IConnectionUserFeature,
    IConnectionHeartbeatFeature,
    IConnectionInherentKeepAliveFeature,
    IConnectionLifetimeFeature,
    IConnectionLifetimeNotificationFeature,
    ITransferFormatFeature,
    IHttpContextFeature,
    IHttpTransportFeature,
    IDuplexPipe
{
    private readonly Lock _gate = new();
    private Dictionary<Type, object?>? _set;
    private IDictionary<object, object?>? _items;
    private Action? _heartbeat;

    public override string ConnectionId { get; set; } = id;

    public override IFeatureCollection Features => this;

    public override IDuplexPipe Transport { get => this; set => throw new NotSupportedException(); }

    public abstract PipeReader Input { get; }

    public abstract PipeWriter Output { get; }

    HttpContext? IHttpContextFeature.HttpContext { get => Http; set => throw new NotSupportedException(); }

    public ClaimsPrincipal? User { get; set; } = http.User;

    public HttpTransportType TransportType => HttpTransportType.WebSockets;

    public TransferFormat SupportedFormats => TransferFormat.Text;

    public TransferFormat ActiveFormat { get; set; } = TransferFormat.Text;

    /// <summary><see cref="ConnectionPulse"/> pings: one shared frame, and only who heard nothing else.</summary>
    public bool HasInherentKeepAlive => true;

    public abstract CancellationToken ConnectionClosedRequested { get; set; }

    public override IDictionary<object, object?> Items
    {
        get
        {
            lock (_gate) return _items ??= new ConcurrentDictionary<object, object?>();
        }
        set
        {
            lock (_gate) _items = value;
        }
    }

    bool IFeatureCollection.IsReadOnly => false;

    int IFeatureCollection.Revision => 0;

    object? IFeatureCollection.this[Type key]
    {
        get => Find(key);
        set => Put(key, value);
    }

    TFeature? IFeatureCollection.Get<TFeature>() where TFeature : default => (TFeature?)Find(typeof(TFeature));

    void IFeatureCollection.Set<TFeature>(TFeature? instance) where TFeature : default =>
        Put(typeof(TFeature), instance);

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator()
    {
        foreach (var type in GetType().GetInterfaces())
            if (Find(type) is { } feature) yield return new(type, feature);
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<Type, object>>)this).GetEnumerator();

    protected HttpContext Http { get; } = http;

    public abstract void RequestClose();

    public void OnHeartbeat(Action<object> action, object state)
    {
        lock (_gate) _heartbeat += () => action(state);
    }

    protected void Beat()
    {
        Action? beat;
        lock (_gate) beat = _heartbeat;
        beat?.Invoke();
    }

    private object? Find(Type key)
    {
        lock (_gate)
            if (_set is not null && _set.TryGetValue(key, out var feature)) return feature;
        return key.IsInstanceOfType(this) ? this : null;
    }

    private void Put(Type key, object? feature)
    {
        lock (_gate) (_set ??= [])[key] = feature;
    }
}
