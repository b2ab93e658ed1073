using System.Runtime.InteropServices;

namespace Engage.Neural;

/// <summary>
/// A tensor whose bytes are made when they are written: a table goes page by page, rows one by one, and neither lies in
/// memory a second time.
/// </summary>
public sealed class TensorSource
{
    private readonly Action<Stream> _write;

    private TensorSource(string kind, long[] shape, long length, Action<Stream> write) =>
        (Kind, Shape, Length, _write) = (kind, shape, length, write);

    /// <summary>As <see cref="Tensor.Kind"/>.</summary>
    public string Kind { get; }

    /// <summary>As <see cref="Tensor.Shape"/>.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>A tensor that is there already.</summary>
    public static TensorSource Of(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new(tensor.Kind, tensor.Shape, tensor.Bytes.Length, stream => stream.Write(tensor.Bytes));
    }

    /// <summary>Rows that nobody changes any more, as [count, width].</summary>
    /// <exception cref="ArgumentException">The rows are more bytes than one array holds.</exception>
    public static unsafe TensorSource Of<T>(PagedRows<T> rows) where T : unmanaged
    {
        var elements = (long)rows.Count * rows.Width;
        Tensor.RequireRoom(elements, sizeof(T));
        var (kind, shape) = Tensor.Form<T>(elements, [rows.Count, rows.Width]);
        return new(kind, shape, elements * sizeof(T), stream =>
        {
            for (var page = 0; page * rows.RowsPerPage < rows.Count; page++)
                stream.Write(MemoryMarshal.AsBytes(rows.Page(page)));
        });
    }

    /// <summary>Rows of any lengths, one after the other, flat.</summary>
    /// <param name="row">The elements of a row, always the same. Asked for twice: how long they are, and to be written.
    /// </param>
    /// <exception cref="ArgumentException">The rows are more bytes than one array holds.</exception>
    public static unsafe TensorSource Of<T>(int rows, Func<int, ReadOnlySpan<T>> row) where T : unmanaged
    {
        var elements = 0L;
        for (var number = 0; number < rows; number++)
            elements += row(number).Length;
        Tensor.RequireRoom(elements, sizeof(T));
        var (kind, shape) = Tensor.Form<T>(elements, []);
        return new(kind, shape, elements * sizeof(T), stream =>
        {
            for (var number = 0; number < rows; number++)
                stream.Write(MemoryMarshal.AsBytes(row(number)));
        });
    }

    /// <summary>Appends the bytes.</summary>
    public void WriteTo(Stream stream) => _write(stream);
}
