using System.Runtime.InteropServices;
using TorchSharp;

namespace Engage.Silo;

/// <summary>TorchSharp's native library; compiled when Scoring=Torch.</summary>
internal static class TorchLibrary
{
    private const string Name = "LibTorchSharp";

    /// <summary>
    /// Loads it as TorchSharp would, but first and with the reason when it fails. TorchSharp keeps to itself what the
    /// system's loader said, copies half a gigabyte of libraries beside the program, and then calls them missing.
    /// </summary>
    /// <exception cref="InvalidOperationException">It does not load, why, and the way out.</exception>
    public static void Load()
    {
        var assembly = typeof(torch).Assembly;
        // It may lie in a folder of its own, where the one that needs it would not look.
        NativeLibrary.TryLoad("torch_cpu", assembly, null, out _);
        try
        {
            NativeLibrary.Load(Name, assembly, null);
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception exception) when (
            exception is TypeInitializationException or NotSupportedException or DllNotFoundException
                or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException(
                $"Scoring is 'Torch', but TorchSharp's native library does not load: "
                + $"{Gist(exception.GetBaseException().Message)} docs/operations.md, \"Scoring\", has the ways out; "
                + "Scoring=Managed needs no library.", exception);
        }
    }

    /// <summary>
    /// What the system's loader complains of: the line about something other than that the library is not in one of the
    /// places where .NET looked for it. Failing that, the first.
    /// </summary>
    internal static string Gist(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var complaint = lines.Skip(1)
            .FirstOrDefault(line => !line.Split(": ")[0].Contains(Name, StringComparison.Ordinal));
        return (complaint ?? lines[0]).TrimEnd('.') + '.';
    }
}
