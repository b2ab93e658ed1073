using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Tests.Rooms;

/// <summary>A log gives as much at once as its storage is set to, which may be less than was asked for.</summary>
public sealed class RoomSmallPagesTests
{
    private const int Messages = 20;

    [Fact]
    public async Task RoomIsReadToTheEndOfItsLog()
    {
        var rig = await StartAsync();
        var end = rig.Life.State.Seq;

        await rig.OpenAsync();
        var outcomes = await new RigNode(rig, "n-2").SubmitAsync(RoomNodeClient.Say("u-1", "on"));

        Assert.Equal(end + 1, outcomes[0].Seq);
        Assert.Equal(0, rig.Deactivations);
    }

    [Fact]
    public async Task PagesGoOnToTheEndInBothDirections()
    {
        var rig = await StartAsync();
        var seqs = Enumerable.Range(1, (int)rig.Life.State.Seq).Select(seq => (long)seq).ToArray();

        var (forward, last) = await rig.TurnAsync(() => ReadAsync(rig, after: 0));
        var (backward, first) = await rig.TurnAsync(() => ReadAsync(rig, after: null));

        Assert.Equal(seqs, forward);
        Assert.Equal(seqs, backward.Order());
        Assert.Equal((seqs[^1], 1), (last, first));
    }

    private static async Task<(long[] Seqs, long Through)> ReadAsync(RoomRig rig, long? after)
    {
        var request = new RoomPageRequest(after, null, 7, RoomAudience.Nobody);
        var seqs = new List<long>();
        while (true)
        {
            var page = await rig.Life.Reading.ReadAsync(request, CancellationToken.None);
            seqs.AddRange(page.Entries.Select(entry => entry.Seq));
            if (!page.More) return ([.. seqs], page.Through);

            request = request.After is null
                ? request with { Before = page.Through }
                : request with { After = page.Through };
        }
    }

    private static async Task<RoomRig> StartAsync()
    {
        var rig = await RoomRig.StartAsync(rig =>
        {
            rig.Options.WindowEntriesMax = 1;
            rig.Log.PageMax = 3;
        });
        var node = new RigNode(rig, "n-1");
        await node.SubmitAsync([.. Enumerable.Range(0, Messages).Select(i => RoomNodeClient.Say("u-1", $"{i}"))]);
        return rig;
    }
}
