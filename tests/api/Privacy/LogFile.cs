using System.Text;
using Microsoft.Extensions.Logging;

namespace Engage.Api.Tests.Privacy;

/// <summary>What the server says, in a file below its data folder, as <c>./engage up</c> keeps it.</summary>
/// <param name="path">Goes on with what is there.</param>
/// <param name="least">What is less important is left out.</param>
internal sealed class LogFile(string path, LogLevel least = LogLevel.Information) : ILoggerProvider
{
    private readonly Lock _gate = new();
    private FileStream? _file;

    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName);

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Write(string line)
    {
        lock (_gate)
        {
            if (_file is null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                // Read by tests while it is written; after Dispose, late words open it again.
                _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            }
            _file.Write(Encoding.UTF8.GetBytes(line));
            _file.Flush();
        }
    }

    private sealed class FileLogger(LogFile file, string category) : ILogger
    {
        private readonly LogLevel _least = file.Least;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= _least;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            file.Write($"{logLevel} {category}: {formatter(state, exception)} {exception}\n");
    }

    private LogLevel Least => least;
}
