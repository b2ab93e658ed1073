using Engage.LoadGen.Load.Dialects;
using Engage.LoadGen.Load.People;

namespace Engage.LoadGen.Tests.Load;

public sealed class ReceptionTests
{
    private readonly Reception _reception = new();

    [Fact]
    public void EverythingOnceInOrderIsNothingToComplainAbout()
    {
        Join(10);
        Take(10, 12, 11, 12);
        Take(12, 15, 15);
        Take(15, 20);
        Take(20, 21, 21);

        Assert.Equal(new(4, 4, 0, 0, 0), Compare(5, 10, 11, 12, 15, 21));
    }

    [Fact]
    public void AnEntryThatNeverCameIsLost()
    {
        Join(0);
        Take(0, 1, 1);
        Take(2, 3, 3);

        Assert.Equal(new(3, 2, 1, 0, 0), Compare(1, 2, 3));
    }

    [Fact]
    public void AnEntryMissingWithinAPushIsLostThoughThePushesFollowEachOther()
    {
        Join(0);
        Take(0, 3, 1, 3);

        Assert.Equal(new(3, 2, 1, 0, 0), Compare(1, 2, 3));
    }

    [Fact]
    public void TheTailOfTheLogIsLostIfNobodySentIt()
    {
        Join(0);
        Take(0, 2, 1, 2);

        Assert.Equal(new(4, 2, 2, 0, 0), Compare(1, 2, 3, 4));
    }

    [Fact]
    public void AnEntryThatComesAgainIsDoubled()
    {
        Join(0);
        Take(0, 2, 1, 2);
        Take(1, 3, 2, 3);
        Take(0, 3, 1, 3);

        Assert.Equal(new(3, 3, 0, 3, 0), Compare(1, 2, 3));
    }

    [Fact]
    public void AnEntryThatComesLateIsOutOfOrderAndNotLost()
    {
        Join(0);
        Take(0, 1, 1);
        Take(2, 3, 3);
        Take(1, 2, 2);
        Take(3, 5, 5, 4);

        Assert.Equal(new(5, 5, 0, 0, 2), Compare(1, 2, 3, 4, 5));
    }

    [Fact]
    public void AStrangeEntryDoesNotHideAMissingOne()
    {
        Join(0);
        Take(0, 3, 1, 3);

        var verdict = Compare(1, 2);

        Assert.Equal((1, 1), (verdict.Lost, verdict.Doubled));
    }

    [Fact]
    public void WhoResumesGetsWhatSheMissedAndNothingTwice()
    {
        Join(0);
        Take(0, 2, 1, 2);
        _reception.Join(new("resumed", new(0, 4, [3, 4], [0, 0])));
        Take(4, 5, 5);

        Assert.Equal(new(5, 5, 0, 0, 0), Compare(1, 2, 3, 4, 5));
    }

    [Fact]
    public void ResumingWithoutAnEntryLosesIt()
    {
        Join(0);
        Take(0, 2, 1, 2);
        _reception.Join(new("resumed", new(0, 4, [4], [0])));

        Assert.Equal(1, Compare(1, 2, 3, 4).Lost);
    }

    [Fact]
    public void WhoIsToldToStartAfreshMissesWhatWasBetween()
    {
        Join(0);
        Take(0, 2, 1, 2);
        _reception.Join(new("reload", new(0, 900, [899, 900], [0, 0])));
        Take(900, 901, 901);

        Assert.Equal(new(3, 3, 0, 0, 0), Compare(1, 2, 3, 899, 900, 901));
    }

    [Fact]
    public void WhoHasLeftMissesNothing()
    {
        Join(0);
        Take(0, 2, 1, 2);
        _reception.Leave();

        Assert.Equal(new(2, 2, 0, 0, 0), Compare(1, 2, 3, 4));
    }

    /// <summary>Losses, repeats and reorderings at chance: each kind is counted as it was done.</summary>
    [Fact]
    public void WhatWasInjectedIsFound()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var reception = new Reception();
            reception.Join(new("recent", new(0, 0, [], [])));
            var (lost, doubled, late) = (0, 0, new List<long>());
            for (var seq = 1L; seq <= 300; seq++)
            {
                switch (random.Next(20))
                {
                    case 0:
                        lost++;
                        continue;
                    case 1:
                        late.Add(seq);
                        continue;
                    case 2:
                        doubled++;
                        Give(reception, seq);
                        break;
                }

                Give(reception, seq);
            }

            Give(reception, 301);
            foreach (var seq in late)
                Give(reception, seq);

            var verdict = reception.Compare(new(Enumerable.Range(1, 301).Select(seq => (long)seq)));

            Assert.Equal(new(301, 301 - lost, lost, doubled, late.Count), verdict);
        }
    }

    private static void Give(Reception reception, long seq) => reception.Take(new(seq - 1, seq, [seq], [0]));

    private void Join(long seq) => _reception.Join(new("recent", new(0, seq, [seq], [0])));

    private void Take(long after, long to, params long[] seqs) =>
        _reception.Take(new(after, to, seqs, new long[seqs.Length]));

    private Verdict Compare(params long[] log) => _reception.Compare(new(log));
}
