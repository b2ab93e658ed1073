using Microsoft.Extensions.Logging;

namespace Engage.Embedded.Tests;

/// <summary>What the silo logged at warning and above.</summary>
internal sealed class LogLines : ILogger
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public string[] All
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    public string[] StartingWith(string text) => Array.FindAll(
        All, line => line.StartsWith(text, StringComparison.Ordinal));

    public ILoggerProvider ToProvider() => new Provider(this);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        lock (_lock)
            _lines.Add(formatter(state, exception));
    }

    private sealed class Provider(LogLines lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => lines;

        public void Dispose()
        {
            // It keeps nothing open.
        }
    }
}
