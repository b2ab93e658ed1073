using System.Text.Json;

namespace Engage.Neural.Tests;

/// <summary>Values that PyTorch computed; golden/make_golden.py made them.</summary>
internal sealed class Golden
{
    private static readonly Dictionary<string, Dictionary<string, float[]>> _cases = Read();

    private readonly Dictionary<string, float[]> _arrays;

    private Golden(Dictionary<string, float[]> arrays) => _arrays = arrays;

    public static Golden Of(string name) => new(_cases[name]);

    /// <summary>A copy of one array.</summary>
    public float[] this[string name] => (float[])_arrays[name].Clone();

    /// <summary>Several arrays, one after the other.</summary>
    public float[] Joined(params string[] names) => [.. names.SelectMany(name => _arrays[name])];

    public void Equal(string name, ReadOnlySpan<float> actual, float tolerance = 2e-5f)
    {
        var expected = _arrays[name];
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(
                MathF.Abs(expected[i] - actual[i]) <= tolerance * MathF.Max(1, MathF.Abs(expected[i])),
                $"{name}[{i}]: PyTorch {expected[i]}, here {actual[i]}");
    }

    private static Dictionary<string, Dictionary<string, float[]>> Read()
    {
        using var stream = typeof(Golden).Assembly.GetManifestResourceStream("golden.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, float[]>>>(stream)!;
    }
}
