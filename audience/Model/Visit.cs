using System.Globalization;

namespace Engage.Audience.Model;

/// <summary>A content in front of a user.</summary>
internal sealed record Offer(
    string Content, string Creator, string Community, string ContentKind, ContentTraits Traits)
{
    /// <summary>How likely its slot was to show it, and whether it was drawn; null where the platform did not choose
    /// it.</summary>
    public (float Propensity, bool Explored)? Shown { get; init; }
}

/// <summary>One thing that a user does, <paramref name="After"/> the beginning of the visit.</summary>
internal sealed record Act(
    TimeSpan After, string Kind, string? Content = null, string? Creator = null, string? Community = null,
    double? Value = null, string? Query = null, IReadOnlyDictionary<string, string>? Attributes = null);

/// <summary>
/// What a user does during one visit, planned at its beginning: sees what is offered, opens what appeals, stays as long
/// as it is good, and says so at times. Minutes of real life are played in seconds, so that a demo is lively.
/// </summary>
internal sealed class Visit(Random random, Taste taste, DateTimeOffset now)
{
    private const int OpenedMax = 2;
    private readonly List<Act> _acts = [];
    private double _seconds;

    /// <summary>Plans the visit.</summary>
    /// <param name="served">What the platform recommends, best first.</param>
    /// <param name="found">What the user found without the platform, by search or from a friend; null for
    /// nothing.</param>
    public IReadOnlyList<Act> Plan(IReadOnlyList<Offer> served, (Offer Offer, string Query)? found)
    {
        foreach (var (slot, offer) in served.Index())
            _acts.Add(new(
                TimeSpan.FromSeconds(_seconds), "impression", offer.Content, Attributes: ShownIn(slot, offer)));
        if (found is { } find)
        {
            Wait(1, 4);
            _acts.Add(new(TimeSpan.FromSeconds(_seconds), "searched", Query: find.Query));
            Open(find.Offer);
        }

        var opened = 0;
        for (var place = 0; place < served.Count && opened < OpenedMax; place++)
        {
            var affinity = taste.AffinityFor(served[place].Traits);
            if (Happens(Choice.Click(affinity, served[place].Traits, place, now)))
            {
                Open(served[place]);
                opened++;
            }
            else if (affinity < -0.3f && Happens(0.04))
            {
                Add("dismissed", served[place]);
            }
        }

        return _acts;
    }

    /// <summary>What an impression says of its slot; docs/protocol.md has the names.</summary>
    private static Dictionary<string, string> ShownIn(int slot, Offer offer)
    {
        var attributes = new Dictionary<string, string> { ["slot"] = $"{slot}" };
        if (offer.Shown is { } shown)
        {
            attributes["propensity"] = shown.Propensity.ToString("R", CultureInfo.InvariantCulture);
            attributes["explored"] = shown.Explored ? "true" : "false";
        }

        return attributes;
    }

    private void Open(Offer offer)
    {
        var affinity = taste.AffinityFor(offer.Traits);
        Wait(0.5, 3);
        Add("clicked", offer);
        Wait(0.5, 2);
        Add("viewed", offer);
        if (offer.ContentKind == "course" && Happens(Choice.Delight(affinity, offer.Traits) * 0.4))
            Pay(offer);
        for (var quarter = 1; quarter <= 4; quarter++)
        {
            if (!Happens(Choice.Continue(affinity, offer.Traits)))
                return;
            Wait(2, 8);
            if (quarter < 4)
                Add("progressed", offer, quarter / 4.0);
        }

        Add("completed", offer);
        React(offer, affinity);
    }

    private void Pay(Offer offer)
    {
        Wait(1, 4);
        Add("enrolled", offer);
        if (Happens(0.5))
            Add("purchased", offer, 100 * random.Next(9, 300));
    }

    private void React(Offer offer, float affinity)
    {
        var delight = Choice.Delight(affinity, offer.Traits);
        Wait(0.5, 3);
        if (Happens(0.35))
            Add("rated", offer, Math.Clamp(Math.Round(
                Choice.Stars(affinity, offer.Traits) + (LatentVector.Gaussian(random) * 0.5)), 1, 5));
        if (Happens(delight))
            Add("liked", offer);
        if (Happens(delight * 0.15))
            Add("commented", offer);
        if (Happens(delight * 0.1))
            Add("shared", offer);
        if (Happens(delight * 0.12))
            _acts.Add(new(TimeSpan.FromSeconds(_seconds), "followed", Creator: offer.Creator));
        if (Happens(delight * 0.06))
            _acts.Add(new(TimeSpan.FromSeconds(_seconds), "joined", Community: offer.Community));
    }

    private void Add(string kind, Offer offer, double? value = null) =>
        _acts.Add(new(TimeSpan.FromSeconds(_seconds), kind, offer.Content, Value: value));

    private void Wait(double least, double most) => _seconds += least + (random.NextDouble() * (most - least));

    private bool Happens(double probability) => random.NextDouble() < probability;
}
