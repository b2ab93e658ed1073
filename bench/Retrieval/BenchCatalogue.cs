using System.Runtime.InteropServices;
using Engage.Neural;

namespace Engage.Bench.Retrieval;

/// <summary>Item vectors as a two-tower model has them after training: some directions matter more than others. Also in
/// a file, from which a peer in another process reads them.</summary>
internal sealed class BenchCatalogue : IDisposable
{
    private readonly Lazy<(PagedTable<float>, QuantizedTable)> _tables;

    public BenchCatalogue(int items, int dimensions)
    {
        (Items, Dimensions) = (items, dimensions);
        Vectors = Fill(items, 7);
        _tables = new(FillTables);
        using var file = File.Create(Path);
        file.Write(MemoryMarshal.AsBytes<float>(Vectors));
    }

    public int Items { get; }

    public int Dimensions { get; }

    /// <summary>[items, dimensions].</summary>
    public float[] Vectors { get; }

    /// <summary>The same in pages, and a quantized copy of them: what learning changes and scoring searches.</summary>
    public (PagedTable<float> Rows, QuantizedTable Quantized) Tables => _tables.Value;

    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>[users, dimensions].</summary>
    public float[] UserVectors(int users) => Fill(users, 11);

    public void Dispose() => File.Delete(Path);

    private (PagedTable<float>, QuantizedTable) FillTables()
    {
        var (rows, quantized) = (new PagedTable<float>(Dimensions), new QuantizedTable(new(Dimensions, 0)));
        rows.GrowTo(Items);
        quantized.GrowTo(Items);
        for (var item = 0; item < Items; item++)
        {
            var row = Vectors.AsSpan(item * Dimensions, Dimensions);
            row.CopyTo(rows.Writable(item));
            quantized.Set(item, row);
        }

        return (rows, quantized);
    }

    private float[] Fill(int rows, ulong seed)
    {
        var random = new SeededRandom(seed);
        var vectors = new float[rows * Dimensions];
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = random.NextNormal() / MathF.Sqrt(1 + (i % Dimensions));
        return vectors;
    }
}
