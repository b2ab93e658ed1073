using System.Globalization;
using Engage.LoadGen.Measure;
using Spectre.Console;

namespace Engage.LoadGen.Load.Conducting;

/// <summary>How a run goes: one line that changes on a screen, a line every few seconds elsewhere.</summary>
internal sealed class LoadProgress(IAnsiConsole console) : ILoadProgress
{
    private const int SecondsPerLine = 10;
    private const int Width = 100;

    private readonly Lock _lock = new();
    private readonly bool _isScreen = console.Profile.Capabilities.Ansi && console.Profile.Out.IsTerminal;
    private string _last = "";

    public void Tell(string what)
    {
        lock (_lock)
            Show(what, isMilestone: false);
    }

    public void Tell(SecondResult second)
    {
        var latency = second.Delivery.Count > 0 ? second.Delivery : second.Acknowledgement;
        lock (_lock)
            Show(Describe(second, latency), second.Second % SecondsPerLine == SecondsPerLine - 1);
    }

    /// <summary>Leaves the screen to what follows.</summary>
    public void End()
    {
        if (_isScreen)
            console.Profile.Out.Writer.Write($"\r{new string(' ', Width)}\r");
    }

    private static string Describe(SecondResult second, LatencyHistogram latency) => string.Create(
        CultureInfo.InvariantCulture,
        $"{second.Second + 1,4} s  {second.Connections,6} connected  {second.Acknowledged,6:N0} done/s"
        + $"  {second.Received,9:N0} received/s  p99 {latency.Quantile(0.99).TotalMilliseconds,8:F1} ms"
        + $"  generator {second.Cpu:P0}");

    private void Show(string text, bool isMilestone)
    {
        var writer = console.Profile.Out.Writer;
        if (_isScreen)
            writer.Write($"\r{(text.Length > Width ? text[..Width] : text.PadRight(Width))}");
        else if (isMilestone || (!text.Contains(" s  ", StringComparison.Ordinal) && IsNew(text)))
            writer.WriteLine(text);
        writer.Flush();
    }

    /// <summary>"17 of 100 accounts" is no news after "16 of 100 accounts".</summary>
    private bool IsNew(string text)
    {
        var subject = text.TrimStart("0123456789 ".ToCharArray());
        var isNew = subject != _last;
        _last = subject;
        return isNew;
    }
}
