using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;

namespace Engage.Bench.Peers;

/// <summary>
/// PyTorch in a process of its own that lives as long as the benchmark and works only when asked, so that both sides
/// can be measured in turns. One thread.
/// </summary>
internal sealed class TorchPeer : IAsyncDisposable
{
    /// <summary>Peer in a row: as everybody would write it.</summary>
    public const string Eager = "torch eager";

    /// <summary>Peer in a row: the fastest of several ways, which the row's note names.</summary>
    public const string Fastest = "torch fastest";

    public const string Installation = "apt-get install python3-torch libopenblas0-openmp";

    private const string PythonVariable = "ENGAGE_PYTHON";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Process _process;
    private int _cases;

    private volatile string _lastWords = "the process ended without a word";

    private TorchPeer(Process process)
    {
        _process = process;
        // Read all along, so that a talkative library never waits for a reader.
        process.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrWhiteSpace(line.Data))
                _lastWords = line.Data.Trim();
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Version and BLAS, e.g. "torch 1.13 on OpenBLAS 0.3.21 SkylakeX, 1 thread".</summary>
    public string Description { get; private set; } = "";

    /// <returns>The peer, or why there is none.</returns>
    public static async Task<(TorchPeer? Peer, string Absence)> StartAsync(CancellationToken cancellation)
    {
        var absence = "torch absent: no Python found";
        // Debian's package belongs to Debian's interpreter, which need not be the first one in the path.
        string?[] pythons = [Environment.GetEnvironmentVariable(PythonVariable), "/usr/bin/python3", "python3"];
        foreach (var python in pythons)
        {
            if (string.IsNullOrEmpty(python) || Start(python) is not { } process)
                continue;
            var peer = new TorchPeer(process);
            try
            {
                await peer.GreetAsync(cancellation);
                return (peer, "");
            }
            catch (InvalidOperationException e)
            {
                absence = $"torch absent: {e.Message}";
                await peer.DisposeAsync();
            }
        }

        return (null, $"{absence}; {Installation}");
    }

    /// <summary>Gives the peer a case; its fields are those of the script's class.</summary>
    /// <param name="budget">Seconds to try each way of doing it.</param>
    /// <returns>The case's number, the fastest way found, and its results to compare with ours.</returns>
    public async Task<(int Case, string Variant, float[] Outputs)> SetAsync(
        string kind, Dictionary<string, object> fields, double budget, CancellationToken cancellation)
    {
        var number = _cases++;
        var request = new Dictionary<string, object>(fields)
        {
            ["op"] = "set", ["kind"] = kind, ["case"] = number, ["budget"] = budget,
        };
        var answer = await AskAsync(request, cancellation);
        var outputs = Convert.FromBase64String(answer.GetProperty("outputs").GetString()!);
        return (number, answer.GetProperty("variant").GetString()!,
            MemoryMarshal.Cast<byte, float>(outputs).ToArray());
    }

    /// <summary>Seconds for so many repetitions, the fastest of several bursts, measured over there.</summary>
    public async Task<double> RunAsync(
        int number, bool eager, int bursts, int iterations, CancellationToken cancellation)
    {
        var request = new Dictionary<string, object>
        {
            ["op"] = "run", ["case"] = number, ["eager"] = eager, ["bursts"] = bursts, ["iterations"] = iterations,
        };
        return (await AskAsync(request, cancellation)).GetProperty("seconds").GetDouble();
    }

    /// <summary>Base64 of little-endian floats, as the script reads them.</summary>
    public static string Encode(ReadOnlySpan<float> values) => Convert.ToBase64String(MemoryMarshal.AsBytes(values));

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was gone before it had read everything.
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static Process? Start(string python)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "peers", "torch", "server.py");
        var start = new ProcessStartInfo(python, [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OMP_NUM_THREADS"] = "1", ["PYTHONDONTWRITEBYTECODE"] = "1" },
        };
        // OpenBLAS of 2022 takes newer processors for a Haswell; it is told to use the wide registers too.
        if (Avx512F.IsSupported)
            start.Environment["OPENBLAS_CORETYPE"] = "SkylakeX";
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private async Task GreetAsync(CancellationToken cancellation)
    {
        var hello = await AskAsync(new() { ["op"] = "hello" }, cancellation);
        var blas = hello.GetProperty("blas");
        var warning = blas.GetProperty("openBlas").GetBoolean()
            ? ""
            : "; not OpenBLAS, which is many times as fast: apt-get install libopenblas0-openmp";
        Description = $"torch {hello.GetProperty("version").GetString()} on {blas.GetProperty("name").GetString()}, "
            + $"{hello.GetProperty("threads").GetInt32()} thread{warning}";
    }

    private async Task<JsonElement> AskAsync(Dictionary<string, object> request, CancellationToken cancellation)
    {
        string? line = null;
        try
        {
            var words = JsonSerializer.Serialize(request, Json);
            await _process.StandardInput.WriteLineAsync(words.AsMemory(), cancellation);
            await _process.StandardInput.FlushAsync(cancellation);
            line = await _process.StandardOutput.ReadLineAsync(cancellation);
        }
        catch (IOException)
        {
            // The process is gone; what it last said tells why.
        }

        if (line is not null)
            return JsonSerializer.Deserialize<JsonElement>(line, Json);
        await _process.WaitForExitAsync(cancellation);
        throw new InvalidOperationException(_lastWords);
    }
}
