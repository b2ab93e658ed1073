using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Carries the parts of a model to and from tensors. Each part names its fields once, in a method that serves both
/// ways: when saving, the fields are read; when loading, they are set. So the two directions cannot drift apart.
/// </summary>
internal sealed class ModelState
{
    private const string Format = "engage-recommender";
    private const string FormatVersion = "3";

    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    public bool Loading { get; private init; }

    public static ModelState ToSave() => new();

    /// <exception cref="InvalidDataException">The stream holds something else, or another version.</exception>
    public static ModelState ToLoad(Stream stream)
    {
        var (tensors, metadata) = TensorFile.Read(stream);
        var found = $"{metadata.GetValueOrDefault("format")} {metadata.GetValueOrDefault("version")}";
        if (found != $"{Format} {FormatVersion}")
            throw new InvalidDataException($"The stream holds '{found}'; expected '{Format} {FormatVersion}'.");
        var state = new ModelState { Loading = true };
        foreach (var (name, tensor) in tensors)
            state._tensors.Add(name, tensor);
        return state;
    }

    public void Write(Stream stream) => TensorFile.Write(
        stream, _tensors, new Dictionary<string, string> { ["format"] = Format, ["version"] = FormatVersion });

    /// <summary>A broken model must not replace a good one.</summary>
    /// <exception cref="ArithmeticException">A value is not a number where it must be.</exception>
    public void RequireNumbers()
    {
        foreach (var (name, tensor) in _tensors)
            if (tensor.Kind == "F32" && name != ProgressWindow.LossesName
                && !Finite.All(MemoryMarshal.Cast<byte, float>(tensor.Bytes)))
                throw new ArithmeticException($"'{name}' holds what is not a number; the model is not saved.");
    }

    /// <summary>An array that may change its length.</summary>
    public void Array<T>(string name, ref T[] values) where T : unmanaged
    {
        if (Loading)
            values = Find(name).To<T>();
        else
            _tensors.Add(name, Tensor.Of(values));
    }

    /// <summary>An array whose length the options fix.</summary>
    public void Fixed<T>(string name, T[] values) where T : unmanaged
    {
        if (!Loading)
        {
            _tensors.Add(name, Tensor.Of(values));
            return;
        }

        var saved = Find(name).To<T>();
        if (saved.Length != values.Length)
            throw new InvalidDataException(
                $"'{name}' has {saved.Length} elements; the options ask for {values.Length}. " +
                "Load with the options it was saved with.");
        saved.CopyTo(values, 0);
    }

    public void Value<T>(string name, ref T value) where T : unmanaged
    {
        T[] one = [value];
        Fixed(name, one);
        value = one[0];
    }

    public void Table<T>(string name, PagedTable<T> table) where T : unmanaged
    {
        if (!Loading)
        {
            _tensors.Add(name, Tensor.Of(table.Live.ToArray(), table.Count, table.Width));
            return;
        }

        var tensor = Find(name);
        var values = tensor.To<T>();
        if (values.Length % table.Width != 0)
            throw new InvalidDataException(
                $"'{name}' has {values.Length} elements, no whole rows of {table.Width}. " +
                "Load with the options it was saved with.");
        table.GrowTo(values.Length / table.Width);
        for (var row = 0; row < table.Count; row++)
            values.AsSpan(row * table.Width, table.Width).CopyTo(table.Writable(row));
    }

    /// <summary>Rows of different lengths: one flat array and the length of each row.</summary>
    public void Lists(string name, ref int[][] lists)
    {
        var lengths = lists.Select(list => list.Length).ToArray();
        var flat = lists.SelectMany(list => list).ToArray();
        Array($"{name}.lengths", ref lengths);
        Array(name, ref flat);
        if (!Loading)
            return;
        lists = new int[lengths.Length][];
        for (int i = 0, at = 0; i < lengths.Length; at += lengths[i++])
            lists[i] = flat.AsSpan(at, lengths[i]).ToArray();
    }

    /// <summary>Strings, as a JSON array in UTF-8.</summary>
    public void Strings(string name, ref string[] values)
    {
        var bytes = Loading ? [] : JsonSerializer.SerializeToUtf8Bytes(values);
        Array(name, ref bytes);
        if (Loading)
            values = JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(bytes)) ?? [];
    }

    private Tensor Find(string name) => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InvalidDataException($"The saved model has no '{name}'.");
}
