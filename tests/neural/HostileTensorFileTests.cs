using System.Buffers.Binary;
using System.Text;

namespace Engage.Neural.Tests;

/// <summary>A file from elsewhere is read if it is safetensors, and refused in one way if it is not.</summary>
public sealed class HostileTensorFileTests
{
    private const string Two = """
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[2,2],"data_offsets":[8,12]}}
        """;

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData((16UL << 20) + 1)]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    public void AHeaderOfAnImpossibleLengthIsRefused(ulong length)
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);

        var error = Assert.Throws<InvalidDataException>(() => TensorFile.Read(new MemoryStream(bytes)));

        Assert.Contains($"{length} bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("{\"a\"")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":null}")]
    [InlineData("{\"__metadata__\":[]}")]
    [InlineData("{\"__metadata__\":{\"a\":1}}")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F128","shape":[1],"data_offsets":[0,16]}}""")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,-4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4e30]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""")]
    [InlineData("""
        {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}
        """)]
    [InlineData("""
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}
        """)]
    [InlineData("""
        {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}
        """)]
    public void ABrokenHeaderIsRefused(string header) =>
        Assert.Throws<InvalidDataException>(() => TensorFile.Read(File(header, 64)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BytesThatAreNotThereTakeNoMemory(bool seekable)
    {
        var header = """{"a":{"dtype":"U8","shape":[2000000000],"data_offsets":[0,2000000000]}}""";
        using Stream stream = seekable ? File(header, 12) : new OnlyForward(File(header, 12));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => TensorFile.Read(stream));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 50_000_000);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    public void DataThatEndEarlyOrGoOnAreRefused(int bytes) =>
        Assert.Throws<InvalidDataException>(() => TensorFile.Read(File(Two, bytes)));

    [Fact]
    public void AFileCutAnywhereIsRefused()
    {
        var whole = File(Two, 12).ToArray();

        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<InvalidDataException>(() => TensorFile.Read(new MemoryStream(whole, 0, length)));
    }

    [Fact]
    public void AHeaderInAnotherOrderWithEmptyTensorsIsRead()
    {
        var header = """
            {"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
             "a":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]},
             "half":{"dtype":"BF16","shape":[],"data_offsets":[8,10]},"__metadata__":{"format":"pt"}}
            """;

        var (tensors, metadata) = TensorFile.Read(new OnlyForward(File(header, 10)));

        Assert.Equal(["a", "b", "half"], tensors.Keys.Order());
        Assert.Equal([0L, 4L], tensors["a"].Shape);
        Assert.Equal("pt", metadata["format"]);
    }

    [Fact]
    public void ATensorIsNotWrittenWithAShapeThatIsNotItsOwn() =>
        Assert.Throws<ArgumentException>(() => Tensor.Of<float>([1, 2, 3], 2, 2));

    /// <summary>By the page of the format alone: what any other reader computes from the header is where it
    /// says.</summary>
    [Fact]
    public void WhatTheHeaderSaysIsWhereTheDataAre()
    {
        var stream = new MemoryStream();
        TensorFile.Write(
            stream,
            new Dictionary<string, Tensor>
            {
                ["w"] = Tensor.Of<float>([1, 2, 3, 4, 5, 6], 2, 3), ["n"] = Tensor.Of<long>([-7]),
            },
            new Dictionary<string, string>());
        var bytes = stream.ToArray();

        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using var header = System.Text.Json.JsonDocument.Parse(bytes.AsMemory(8, length));
        var n = header.RootElement.GetProperty("n").GetProperty("data_offsets")[0].GetInt32();
        var w = header.RootElement.GetProperty("w").GetProperty("data_offsets")[0].GetInt32();

        Assert.Equal(-7, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 + length + n)));
        Assert.Equal(6, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + length + w + (5 * sizeof(float)))));
        Assert.Equal(bytes.Length, 8 + length + 8 + 24);
    }

    private static MemoryStream File(string header, int dataBytes)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        return new(bytes);
    }

    private sealed class OnlyForward(MemoryStream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            inner.Read(buffer, offset, Math.Min(count, 7));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
