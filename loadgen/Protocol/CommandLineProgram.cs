using System.CommandLine;

namespace Engage.LoadGen.Protocol;

/// <summary>
/// Runs a command line of this project: what a person can mend is told in one line on standard error, and only a
/// defect of the program shows a stack trace.
/// </summary>
public static class CommandLineProgram
{
    /// <summary>The exit code of input or an argument that cannot be used; the parser's own errors have 1.</summary>
    public const int UnusableInput = 2;

    private const int Failed = 1;
    private const int Interrupted = 130;

    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ArgumentNullException.ThrowIfNull(root);
        // A server of our own is stopped and its folder deleted on the way out, which takes longer than the default
        // two seconds.
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        try
        {
            return await root.Parse(args).InvokeAsync(invocation);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            return await FailAsync(e, UnusableInput);
        }
        catch (Exception e) when (e is RequestException or TimeoutException or InvalidOperationException)
        {
            return await FailAsync(e, Failed);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }

    private static async Task<int> FailAsync(Exception error, int code)
    {
        await Console.Error.WriteLineAsync($"engage: {error.Message}");
        return code;
    }
}
