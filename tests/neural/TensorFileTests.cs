using System.Buffers.Binary;
using System.Text;

namespace Engage.Neural.Tests;

public sealed class TensorFileTests
{
    [Fact]
    public void ATensorLongerThanAnArrayIsRefusedWithItsSize()
    {
        Tensor.RequireRoom(262_144L * 512 * 4 / 2, sizeof(float));

        var error = Assert.Throws<ArgumentException>(() => Tensor.RequireRoom(262_144L * 512 * 4, sizeof(float)));

        Assert.Contains("2147483648 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TensorsAndMetadataComeBackAsTheyWere()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["weights"] = Tensor.Of<float>([1, 2, 3, 4, 5, 6], 2, 3),
            ["counts"] = Tensor.Of<long>([-1, long.MaxValue]),
            ["empty"] = Tensor.Of<int>([]),
        };
        var stream = new MemoryStream();

        TensorFile.Write(stream, tensors, new Dictionary<string, string> { ["版本"] = "一" });
        stream.Position = 0;
        var (read, metadata) = TensorFile.Read(stream);

        Assert.Equal([1, 2, 3, 4, 5, 6], read["weights"].To<float>());
        Assert.Equal([2L, 3L], read["weights"].Shape);
        Assert.Equal([-1, long.MaxValue], read["counts"].To<long>());
        Assert.Empty(read["empty"].To<int>());
        Assert.Equal("一", metadata["版本"]);
    }

    [Fact]
    public void TheLayoutIsLengthHeaderData()
    {
        var stream = new MemoryStream();

        TensorFile.Write(
            stream,
            new Dictionary<string, Tensor> { ["w"] = Tensor.Of<float>([1.5f]) },
            new Dictionary<string, string>());

        var bytes = stream.ToArray();
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(
            """{"__metadata__":{},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd());
        Assert.Equal(0, length % 8);
        Assert.Equal(1.5f, BitConverter.ToSingle(bytes, 8 + length));
    }

    [Fact]
    public void RowsOfAnyLengthsAreWrittenAsOneArray()
    {
        float[][] rows = [[1, 2], [], [3, 4, 5]];
        var whole = new MemoryStream();
        TensorFile.Write(
            whole,
            new Dictionary<string, Tensor> { ["w"] = Tensor.Of<float>([1, 2, 3, 4, 5]) },
            new Dictionary<string, string>());

        var written = TensorFile.ToBytes(
            new Dictionary<string, TensorSource> { ["w"] = TensorSource.Of(3, row => rows[row].AsSpan()) },
            new Dictionary<string, string>());

        Assert.Equal(whole.ToArray(), written);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1 << 16, true)]
    public void AnArrayThatIsLongEnoughIsWrittenOver(int spare, bool written)
    {
        var tensors = new Dictionary<string, TensorSource>
        {
            ["w"] = TensorSource.Of(1, _ => new float[1_000].AsSpan()),
        };
        var metadata = new Dictionary<string, string>();
        var array = Enumerable.Repeat((byte)255, spare).ToArray();

        var bytes = TensorFile.ToBytes(array, tensors, metadata);

        Assert.Equal(TensorFile.ToBytes(tensors, metadata), bytes.ToArray());
        Assert.Equal(written, ReferenceEquals(array, bytes.Array));
        Assert.Same(bytes.Array, TensorFile.ToBytes(bytes.Array!, tensors, metadata).Array);
    }

    [Fact]
    public void SomethingElseIsRefused()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("this is no tensor file at all"));

        Assert.Throws<InvalidDataException>(() => TensorFile.Read(stream));
    }
}
