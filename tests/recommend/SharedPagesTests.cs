using Engage.Neural;

namespace Engage.Recommend.Tests;

/// <summary>Snapshots share pages with the model that goes on learning, and their pages are written again once they
/// are released: nobody may notice.</summary>
public sealed class SharedPagesTests
{
    [Fact]
    public void ASnapshotAnswersAsAFullCopyForAsLongAsItIsHeld()
    {
        var (random, world) = (new SeededRandom(3), new World());
        var (shared, copied) = (World.NewRecommender(), World.NewRecommender());
        var held = new List<(RecommenderSnapshot Shared, RecommenderSnapshot Copied)>();

        for (var step = 0; step < 200; step++)
        {
            world.Play(1 + random.Next(12), shared, copied);
            // What is never released is never written again: as good as a full copy.
            held.Add((shared.Publish(), copied.Publish()));
            while (held.Count > 0 && (held.Count > 8 || random.Next(3) > 0))
            {
                var at = random.Next(held.Count);
                var user = world.User($"u{random.Next(40)}").Current();
                Assert.Equal(world.Ask(held[at].Copied, user), world.Ask(held[at].Shared, user));
                held[at].Shared.Release();
                held.RemoveAt(at);
            }
        }

        Assert.Equal(copied.Capture().ToBytes(), shared.Capture().ToBytes());
    }

    [Fact]
    public void WhatIsSavedIsTheMomentOfItsCaptureWhateverIsLearnedMeanwhile()
    {
        var world = new World();
        var (learning, still) = (World.NewRecommender(), World.NewRecommender());
        RecommenderSnapshot? last = null;
        for (var step = 0; step < 60; step++)
        {
            world.Play(5, learning, still);
            Publish();
            still.Publish();
        }

        var image = learning.Capture();
        for (var step = 0; step < 60; step++)
        {
            world.Play(5, learning);
            Publish();
        }

        Assert.Equal(still.Capture().ToBytes(), image.ToBytes());

        void Publish()
        {
            var next = learning.Publish();
            last?.Release();
            last = next;
        }
    }

    [Fact]
    public void LearningLeavesLittleGarbageWhereSnapshotsAreReleased()
    {
        var (kept, released) = (AllocatedPerEvent(release: false), AllocatedPerEvent(release: true));

        Assert.True(released < kept / 4, $"{released} bytes an event, {kept} where snapshots are kept.");
    }

    private static long AllocatedPerEvent(bool release)
    {
        const int events = 1_500;
        var (world, recommender) = (new World(), World.NewRecommender());
        RecommenderSnapshot? last = null;
        Learn(3_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Learn(events);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / events;

        void Learn(int count)
        {
            for (var i = 0; i < count; i += 5)
            {
                world.Play(5, recommender);
                var next = recommender.Publish();
                if (release)
                    last?.Release();
                last = next;
            }
        }
    }
}
