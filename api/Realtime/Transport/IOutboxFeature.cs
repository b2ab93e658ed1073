namespace Engage.Api.Realtime.Transport;

/// <summary>How a hub method reaches its caller's outbox: by <c>Context.Features</c>.</summary>
internal interface IOutboxFeature
{
    Outbox Outbox { get; }
}

/// <summary>How a hub method lets its caller stay longer: by <c>Context.Features</c>.</summary>
internal interface ITokenLifeFeature
{
    /// <summary>The connection ends then, unless it was to stay longer already.</summary>
    void ExtendTo(DateTimeOffset until);
}

/// <summary>What an outbox tells the connection it belongs to. Never called under the outbox's lock.</summary>
internal interface IOutboxOwner
{
    string ConnectionId { get; }

    /// <summary>The transport failed; nothing more can be sent.</summary>
    void OnSendFailed();

    /// <summary>A close frame is on its way; nothing follows it.</summary>
    void OnClosing();
}
