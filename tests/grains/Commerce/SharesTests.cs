using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Orders;
using Engage.Grains.Commerce.Shares;

namespace Engage.Grains.Tests.Commerce;

public sealed class SharesTests
{
    private const int Seed = 20261122;

    [Fact]
    public void PartsAreExactWhateverTheWeights()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 5_000; round++)
        {
            var weights = Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.NextInt64(0, 1L << 50)).ToArray();
            weights[random.Next(weights.Length)]++;
            var amount = random.NextInt64(0, 1L << random.Next(1, 53));

            var parts = Parts.Split(amount, weights);

            Assert.Equal(amount, parts.Sum());
            var sum = weights.Aggregate((Int128)0, (all, weight) => all + weight);
            foreach (var (part, weight) in parts.Zip(weights))
            {
                var down = (long)((Int128)amount * weight / sum);
                Assert.InRange(part, down, down + 1);
                if (weight == 0) Assert.Equal(0, part);
            }
        }
    }

    [Fact]
    public void SaleIsSplitAmongSellerPlatformAndCommunity()
    {
        var shares = SaleShares.Of(10_000, new(new("k-1"), new("g-1")), new(1_000, 500), null);

        Assert.Equal(
            [("creator:k-1", 8_500L), ("platform:income", 1_000L), ("community:g-1", 500L)],
            shares.Select(share => (share.Account, share.Amount)));
    }

    [Fact]
    public void AffiliateIsPaidOutOfTheSellersPart()
    {
        var shares = SaleShares.Of(9_999, new(new("k-1"), new("g-1")), ShareTerms.Usual, new("u-9"));

        Assert.Equal(9_999, shares.Sum(share => share.Amount));
        Assert.Contains(shares, share => share is { Account: "affiliate:u-9", Amount: 1_000 });
        Assert.Contains(shares, share => share is { Account: "platform:income", Amount: 1_000 });
        Assert.Contains(shares, share => share is { Account: "creator:k-1", Amount: 7_499 });
    }

    [Fact]
    public void RefundsInRandomPartsGiveEverythingBackToTheMinorUnit()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 2_000; round++)
        {
            var before = RandomOrder(random);
            var order = before;
            while (order.Refunded < order.Total)
            {
                var line = random.Next(3) == 0 ? order.Lines[random.Next(order.Lines.Length)].Number : (int?)null;
                var left = RefundSplit.Left(order, line);
                if (left == 0) continue;
                var amount = random.Next(4) == 0 ? left : random.NextInt64(1, left + 1);

                var after = RefundSplit.Apply(order, amount, line);
                var postings = OrderPostings.Refunded(order, after);

                Assert.Equal(amount, after.Refunded - order.Refunded);
                Assert.Equal(after.Refunded, after.Lines.Sum(each => each.Refunded));
                Assert.Equal(after.Refunded, after.Sources.Sum(source => source.Returned));
                AssertOnlyGrew(order, after);
                Assert.All(postings.GroupBy(each => each.Unit), unit => Assert.Equal(0, unit.Sum(each => each.Amount)));
                order = after;
            }

            Assert.All(
                order.Lines.SelectMany(line => line.Shares), share => Assert.Equal(share.Amount, share.Reversed));
            Assert.All(order.Sources, source => Assert.Equal(
                (source.Amount, source.Points), (source.Returned, source.PointsReturned)));
        }
    }

    [Fact]
    public void PaidAndGivenBackLeavesNothingOnAnyAccount()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 500; round++)
        {
            var before = RandomOrder(random);
            var after = RefundSplit.Apply(before, before.Total, null);

            var balances = OrderPostings.Paid(before).Concat(OrderPostings.Refunded(before, after))
                .GroupBy(posting => (Account: posting.Account.Replace("refunds:due", "provider:card"), posting.Unit))
                .Select(account => account.Sum(posting => posting.Amount));

            Assert.All(balances, balance => Assert.Equal(0, balance));
        }
    }

    private static void AssertOnlyGrew(Order before, Order after)
    {
        foreach (var (line, then) in before.Lines.Zip(after.Lines))
        {
            Assert.InRange(then.Refunded, line.Refunded, line.Amount);
            Assert.Equal(then.Refunded, then.Shares.Sum(share => share.Reversed));
            foreach (var (share, later) in line.Shares.Zip(then.Shares))
                Assert.InRange(later.Reversed, share.Reversed, share.Amount);
        }
        foreach (var (source, then) in before.Sources.Zip(after.Sources))
            Assert.InRange(then.PointsReturned, source.PointsReturned, source.Points);
    }

    private static Order RandomOrder(Random random)
    {
        var lines = Enumerable.Range(1, random.Next(1, 5)).Select(number =>
        {
            var amount = random.NextInt64(1, random.Next(2) == 0 ? 20 : 1_000_000);
            var terms = new ShareTerms(random.Next(3_000), random.Next(3_000), random.Next(3_000));
            return new OrderLine(
                number, new() { En = "line" }, null, 1, amount, amount,
                SaleShares.Of(
                    amount, new(new("k-1"), random.Next(2) == 0 ? null : new("g-1")), terms,
                    random.Next(2) == 0 ? null : new("u-2")),
                []);
        }).ToArray();
        var total = lines.Sum(line => line.Amount);
        var byPoints = random.Next(2) == 0 ? random.NextInt64(0, total) : 0;
        var method = random.Next(2) == 0 ? PaymentMethod.Wallet : PaymentMethod.Card;
        return new()
        {
            Id = new("o-1"),
            Kind = OrderKind.Sale,
            Buyer = new("u-1"),
            State = OrderState.Paid,
            Fingerprint = "",
            Currency = "CNY",
            Total = total,
            Lines = lines,
            Sources = byPoints == 0
                ? [new(method, total)]
                :
                [
                    new(PaymentMethod.Points, byPoints, Points: random.NextInt64(1, 5_000)),
                    new(method, total - byPoints),
                ],
        };
    }
}
