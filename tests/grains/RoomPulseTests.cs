using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Rooms;
using Engage.Grains.Rooms;

namespace Engage.Grains.Tests;

public sealed class RoomPulseTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly Room Definition = new()
    {
        Id = new("r-1"), Community = new("g-1"), Creator = new("k-1"), Title = new() { En = "Lecture", Zh = "讲座" },
    };

    [Fact]
    public void WatchTimeIsTheIntegralOfThosePresentWhileItIsLive()
    {
        var log = new Log();
        log.Add(0, new Scheduled(Start));
        log.Add(5, new PresenceChanged(10, 10, 0));
        log.Add(10, new Started());
        log.Add(20, new PresenceChanged(4, 0, 6));
        log.Add(30, new Ended());

        var live = log.Pulse(until: 4).View(Definition, At(25), 0);
        var ended = log.Pulse().View(Definition, At(100), 0);

        Assert.Equal((10 * 10) + (5 * 4), live.WatchSeconds);
        Assert.Equal((10 * 10) + (10 * 4), ended.WatchSeconds);
        Assert.Equal((4, 10, RoomPhase.Ended), (ended.Present, ended.Peak, ended.Phase));
        Assert.Equal((10, 6), (ended.Totals.Joined, ended.Totals.Left));
    }

    [Fact]
    public void NobodyIsCreditedWithWatchingWhenTheLogIsSilentForLong()
    {
        var log = new Log();
        log.Add(0, new Started());
        log.Add(10, new PresenceChanged(500, 500, 0));
        log.Add(70, new PresenceChanged(500, 0, 0));
        log.Add(43_200, new PresenceChanged(1, 1, 500));
        log.Add(43_210, new Ended());

        var silent = log.Pulse(until: 3).View(Definition, At(43_100), 0);
        var ended = log.Pulse().View(Definition, At(50_000), 0);

        Assert.Equal(500 * (60 + 90), silent.WatchSeconds);
        Assert.Equal((500 * (60 + 90)) + 10, ended.WatchSeconds);
    }

    [Fact]
    public void CurveSaysWhatHappenedInEachSecondAndWhoWasThereInBetween()
    {
        var log = new Log();
        log.Add(0, new Started());
        log.Add(1, new PresenceChanged(3, 3, 0));
        log.Add(4, new Said(Guid.NewGuid(), "hello", null, []), "u-1");
        log.Add(4, new Reacted([new("👏", 7), new("🎉", 2)]));
        log.Add(6, new PresenceChanged(2, 0, 1));

        var curve = log.Pulse().View(Definition, At(8), Start.ToUnixTimeSeconds()).Curve;

        Assert.Equal([0, 3, 3, 3, 3, 3, 2, 2, 2], curve.Present);
        Assert.Equal([0, 0, 0, 0, 1, 0, 0, 0, 0], curve.Messages);
        Assert.Equal([0, 0, 0, 0, 9, 0, 0, 0, 0], curve.Reactions);
        Assert.Equal([0, 3, 0, 0, 0, 0, 0, 0, 0], curve.Joined);
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 0, 0], curve.Left);
    }

    [Fact]
    public void QuestionsWaitByVotesUntilTheyAreAnsweredOrGone()
    {
        var log = new Log();
        var first = log.Add(0, new Asked(Guid.NewGuid(), "one", false), "u-1");
        var second = log.Add(1, new Asked(Guid.NewGuid(), "two", true), "u-2");
        var third = log.Add(2, new Asked(Guid.NewGuid(), "three", false), "u-2");
        log.Add(3, new QuestionUpvoted(second, true), "u-1");
        log.Add(4, new QuestionEdited(third, "three?", false), "u-2");

        var open = log.Pulse().View(Definition, At(5), 0);
        log.Add(5, new QuestionAnswered(first, "yes"), "u-mod");
        log.Add(6, new HistoryErased(new("u-2")), "u-mod");
        var afterwards = log.Pulse().View(Definition, At(7), 0);

        Assert.Equal(["two", "one", "three?"], open.Questions.Select(question => question.Text));
        Assert.Equal([null, "u-1", "u-2"], open.Questions.Select(question => question.By?.User.Value));
        Assert.Equal([1, 0, 0], open.Questions.Select(question => question.Votes));
        // What disappeared with a person's history would be known for hers.
        Assert.Equal(["two"], afterwards.Questions.Select(question => question.Text));
        Assert.Equal(3, afterwards.Totals.Questions);
    }

    [Fact]
    public void WhatIsAskedAnonymouslyIsNobodysDeed()
    {
        var log = new Log();
        log.Add(0, new Asked(Guid.NewGuid(), "who am I", true), "u-1");
        log.Add(1, new Said(Guid.NewGuid(), "me", null, []), "u-2");

        var active = log.Pulse().View(Definition, At(2), 0).Active;

        Assert.Equal("u-2", Assert.Single(active).User.Value);
    }

    [Fact]
    public void AVoteThatReplacesAnEarlierOneMovesTheTotals()
    {
        var log = new Log();
        var terms = new PollTerms(PollKind.Single, "A or B?", ["A", "B"], null, null, false, null);
        var poll = log.Add(0, new PollOpened(Guid.NewGuid(), terms), "u-mod");
        log.Add(1, new PollVoted(poll, Ballot.Of([0])), "u-1");
        log.Add(2, new PollVoted(poll, Ballot.Of([0])), "u-2");
        log.Add(3, new PollVoted(poll, Ballot.Of([1])), "u-1");

        var pulse = log.Pulse().View(Definition, At(4), 0);

        var view = Assert.Single(pulse.Polls);
        Assert.Equal((2, true, 3), (view.Voters, view.Open, pulse.Totals.Votes));
        Assert.Equal([1, 1], view.Counts!);
    }

    [Fact]
    public void LeastActiveAreForgottenWhenThereAreTooMany()
    {
        var log = new Log();
        for (var i = 0; i < PulsePeople.PeopleMax; i++) log.Add(i, Message(), $"u-{i}");
        log.Add(PulsePeople.PeopleMax, Message(), "u-0");
        log.Add(PulsePeople.PeopleMax, Message(), "u-late");
        log.Add(PulsePeople.PeopleMax, Message(), "u-1");

        var active = log.Pulse().View(Definition, At(0), 0).Active;

        Assert.Equal(["u-0", "u-1", "u-late"], active.Take(3).Select(person => person.User.Value));
        Assert.Equal([2, 1, 1], active.Take(3).Select(person => person.Messages));
    }

    /// <summary>The log's own bytes are read back, and the figures saved and loaded at any place.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void ReplayOfTheLogGivesTheSameFigures(int seed)
    {
        var random = new Random(seed);
        var log = Random(random, 3_000);

        var live = new RoomPulse();
        var replayed = new RoomPulse();
        foreach (var entry in log.Entries)
        {
            live.Apply(entry);
            replayed.Apply(RoomEntryJson.Read(RoomEntryJson.Log(entry)));
            if (random.Next(200) == 0) replayed = RoomPulse.Load(replayed.Save());
            if (random.Next(10) == 0) replayed.Apply(entry);
        }

        Assert.Equal(live.Save(), replayed.Save());
        Assert.Equivalent(
            live.View(Definition, At(4_000), 0), replayed.View(Definition, At(4_000), 0), strict: true);
        Assert.Equal(log.Entries.Count(entry => entry.Fact is Said), live.View(Definition, At(0), 0).Totals.Messages);
    }

    private static Log Random(Random random, int count)
    {
        var log = new Log();
        log.Add(0, new Started());
        var (second, present) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            second += random.Next(3);
            var target = random.Next(1, (int)log.Seq + 1);
            var fact = Fact(random, target, ref present);
            log.Add(second, fact, fact is PresenceChanged or Reacted ? null : $"u-{random.Next(50)}");
        }
        return log;
    }

    private static RoomFact Fact(Random random, long target, ref int present)
    {
        switch (random.Next(12))
        {
            case 0:
                var (joined, left) = (random.Next(5), random.Next(Math.Min(4, present + 1)));
                present += joined - left;
                return new PresenceChanged(present, joined, left);
            case 1: return new Reacted([new("👏", random.Next(1, 100))]);
            case 2: return new ReactedTo(target, "👍", random.Next(2) == 0);
            case 3: return new Asked(Guid.NewGuid(), $"问题 {target}?", random.Next(3) == 0);
            case 4: return new QuestionUpvoted(target, random.Next(4) > 0);
            case 5: return new QuestionAnswered(target, null);
            case 6: return new QuestionRemoved(target);
            case 7:
                return new PollOpened(
                    Guid.NewGuid(),
                    new(PollKind.Multiple, "Which?", ["A", "B", "C"], null, null, true, null));
            case 8: return new PollVoted(target, Ballot.Of([random.Next(3)]));
            case 9: return new HistoryErased(new($"u-{random.Next(50)}"));
            case 10: return random.Next(50) == 0 ? new Ended() : new Started();
            default: return Message();
        }
    }

    private static Said Message() => new(Guid.NewGuid(), "hi", null, []);

    private static DateTimeOffset At(int second) => Start.AddSeconds(second);

    private sealed class Log
    {
        public List<RoomEntry> Entries { get; } = [];

        public long Seq => Entries.Count;

        public long Add(int second, RoomFact fact, string? by = null)
        {
            Person? person = by is null ? null : new(new UserId(by), $"name of {by}");
            Entries.Add(RoomEntry.Of(Seq + 1, At(second), person, fact));
            return Seq;
        }

        public RoomPulse Pulse(int? until = null)
        {
            var pulse = new RoomPulse();
            foreach (var entry in Entries.Take(until ?? Entries.Count)) pulse.Apply(entry);
            return pulse;
        }
    }
}
