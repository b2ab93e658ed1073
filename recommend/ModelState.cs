using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Engage.Neural;

namespace Engage.Recommend;

/// <summary>
/// Carries the parts of a model to and from tensors. Each part names its fields once, in a method that serves both
/// ways: when saving, the fields are read; when loading, they are set. So the two directions cannot drift apart.
/// </summary>
/// <remarks>Structs are carried as their bytes. Where alignment would leave some of these to nobody they belong to a
/// field <c>Gap</c>: what nobody sets is whatever lay in memory when the struct was copied, and two models that are the
/// same would be saved differently.</remarks>
internal sealed class ModelState
{
    private const string Format = "engage-recommender";
    private const string FormatVersion = "4";

    private static readonly Dictionary<string, string> Metadata = new()
    {
        ["format"] = Format, ["version"] = FormatVersion,
    };

    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<TensorSource>> _saved = new(StringComparer.Ordinal);

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

    /// <summary>
    /// What was carried, as bytes. It was taken when it was carried, copied or shared until the next change, so that
    /// any thread may do this later, while the model goes on.
    /// </summary>
    /// <exception cref="ArithmeticException">A value is not a number where it must be: a broken model must not replace
    /// a good one.</exception>
    public byte[] ToBytes() => TensorFile.ToBytes(Saved(), Metadata);

    /// <summary>The same in an array that was used before, see <see cref="TensorFile"/>.</summary>
    /// <exception cref="ArithmeticException">As above; the array may be half written then.</exception>
    public ArraySegment<byte> ToBytes(byte[] spare) => TensorFile.ToBytes(spare, Saved(), Metadata);

    /// <summary>Appends <see cref="ToBytes()"/>.</summary>
    public void Write(Stream stream) => stream.Write(ToBytes());

    /// <summary>An array that is made when it is written, from what does not change any more. Saving only.</summary>
    public void Later<T>(string name, Func<T[]> make) where T : unmanaged => _saved.Add(name, () =>
    {
        var values = make();
        return TensorSource.Of(1, _ => Checked<T>(name, values));
    });

    /// <summary>Rows of any lengths as one flat array, each read when it is written. They must not change any more.
    /// Saving only.</summary>
    public void Later<T>(string name, int rows, Func<int, ReadOnlySpan<T>> row) where T : unmanaged =>
        _saved.Add(name, () => TensorSource.Of(rows, number => Checked(name, row(number))));

    /// <summary>An array that may change its length.</summary>
    public void Array<T>(string name, ref T[] values) where T : unmanaged
    {
        if (Loading)
            values = Find(name).To<T>();
        else
            Save(name, values);
    }

    /// <summary>An array whose length the options fix.</summary>
    public void Fixed<T>(string name, T[] values) where T : unmanaged
    {
        if (!Loading)
        {
            Save(name, values);
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
            var rows = table.Share();
            _saved.Add(name, () => TensorSource.Of(Checked(name, rows)));
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

    /// <summary>Rows of different lengths: one flat array and the length of each row. When saving, the rows must not
    /// change any more; the array of them may.</summary>
    public void Lists(string name, ref int[][] lists)
    {
        if (!Loading)
        {
            var saved = (int[][])lists.Clone();
            Later($"{name}.lengths", () => System.Array.ConvertAll(saved, list => list.Length));
            Later<int>(name, saved.Length, row => saved[row]);
            return;
        }

        var (lengths, flat) = (Find($"{name}.lengths").To<int>(), Find(name).To<int>());
        lists = new int[lengths.Length][];
        for (int i = 0, at = 0; i < lengths.Length; at += lengths[i++])
            lists[i] = flat.AsSpan(at, lengths[i]).ToArray();
    }

    /// <summary>Strings, as a JSON array in UTF-8.</summary>
    public void Strings(string name, ref string[] values)
    {
        var bytes = System.Array.Empty<byte>();
        if (!Loading)
        {
            var saved = (string[])values.Clone();
            Later(name, () => JsonSerializer.SerializeToUtf8Bytes(saved));
            return;
        }

        Array(name, ref bytes);
        values = JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(bytes)) ?? [];
    }

    private Dictionary<string, TensorSource> Saved() =>
        _saved.ToDictionary(entry => entry.Key, entry => entry.Value());

    private void Save<T>(string name, T[] values) where T : unmanaged
    {
        var saved = (T[])values.Clone();
        Later(name, () => saved);
    }

    private static PagedRows<T> Checked<T>(string name, PagedRows<T> rows)
    {
        for (var page = 0; rows is PagedRows<float> floats && page * rows.RowsPerPage < rows.Count; page++)
            if (!Finite.All(floats.Page(page)))
                throw NotNumber(name);
        return rows;
    }

    private static ReadOnlySpan<T> Checked<T>(string name, ReadOnlySpan<T> values) where T : unmanaged =>
        typeof(T) != typeof(float) || name == ProgressWindow.LossesName
            || Finite.All(MemoryMarshal.Cast<T, float>(values))
            ? values
            : throw NotNumber(name);

    private static ArithmeticException NotNumber(string name) =>
        new($"'{name}' holds what is not a number; the model is not saved.");

    /// <summary>Whether the saved model has it. Loading only.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    private Tensor Find(string name) => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InvalidDataException($"The saved model has no '{name}'.");
}
