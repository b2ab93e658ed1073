using System.Runtime.CompilerServices;

namespace Engage.Neural.Tests;

public sealed class UnmanagedFloatsTests
{
    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 9)]
    [InlineData(8, 1)]
    [InlineData(1, int.MaxValue)]
    public void NobodyReadsBeyondThem(int from, int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnmanagedFloats(8).Slice(from, length).Length);

    [Theory]
    [InlineData(0, 8)]
    [InlineData(3, 5)]
    [InlineData(8, 0)]
    public void PartsAreWhatWasAskedFor(int from, int length)
    {
        var floats = new UnmanagedFloats(8);
        for (var i = 0; i < floats.Length; i++)
            floats.Slice(i, 1)[0] = i;

        Assert.Equal(Enumerable.Range(from, length).Select(i => (float)i), floats.Slice(from, length).ToArray());
    }

    /// <summary>A reader has but the view: what it shows is not freed with the slabs it came from.</summary>
    [Fact]
    public void AViewKeepsWhatItShows()
    {
        var (view, blocks) = Fill(1_000);
        Collect();
        // Whatever was freed is somebody else's by now.
        _ = Fill(2_000);

        Assert.All(blocks, (block, i) => Assert.Equal(-1, view[block].IndexOfAnyExcept(i)));
    }

    [Fact]
    public void WhatNobodyRefersToIsFreed()
    {
        const int length = 1 << 25;
        const int bytes = length * sizeof(float);
        Touch(length);
        Collect();
        var before = Environment.WorkingSet;

        for (var i = 0; i < 10; i++)
        {
            Touch(length);
            Collect();
        }

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 4L * bytes);
    }

    // Not inlined: what a method leaves on the stack would be referred to for as long as the test runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (SlabsView View, int[] Blocks) Fill(int count)
    {
        var slabs = new Slabs([300], new());
        var blocks = Enumerable.Range(0, count).Select(_ => slabs.Rent(0)).ToArray();
        for (var i = 0; i < count; i++)
            slabs[blocks[i]].Fill(i);
        return (slabs.View, blocks);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Touch(int length) => new UnmanagedFloats(length).Slice(0, length).Fill(1);

    private static void Collect()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
