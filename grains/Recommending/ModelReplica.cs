using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Activity;
using Engage.Contracts.Recommending;
using Engage.Grains.Catalogue;
using Engage.Recommend;
using Engage.Storage;

namespace Engage.Grains.Recommending;

/// <summary>
/// One silo's copy of the model, and how far it has come. The model grain trains its copy; the other silos follow the
/// stored one and only add what is new in the catalogue. Belongs to one caller at a time.
/// </summary>
internal sealed class ModelReplica
{
    private readonly Recommender _recommender;
    private readonly CatalogueView _catalogue;
    private UserAction[] _actions = [];

    private ModelReplica(Recommender recommender, ModelMarks marks, long storedVersion, CatalogueView catalogue) =>
        (_recommender, Marks, StoredVersion, _catalogue) = (recommender, marks, storedVersion, catalogue);

    public ModelMarks Marks { get; }

    /// <summary>The stored version it was loaded from or stored as; 0 for a model that was never stored.</summary>
    public long StoredVersion { get; set; }

    public static ModelReplica New(
        RecommenderOptions options, ulong seed, int partitions, CatalogueView catalogue) =>
        new(new Recommender(options, seed), new ModelMarks { Applied = new long[partitions] }, 0, catalogue);

    /// <exception cref="InvalidDataException">Another version, other options or an accident wrote it.</exception>
    public static ModelReplica Load(StoredModel stored, RecommenderOptions options, CatalogueView catalogue)
    {
        try
        {
            using var weights = new MemoryStream(
                stored.Weights.Array!, stored.Weights.Offset, stored.Weights.Count, writable: false);
            return new(Recommender.Load(weights, options), ModelMarks.Read(stored.Marks), stored.Version, catalogue);
        }
        catch (Exception exception) when (
            exception is JsonException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"The stored model cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// One event. Each model takes what it can use of it: first engagements train the ranker and the towers,
    /// impressions and what became of them the engagement model. Models of what users do next take every kind here.
    /// </summary>
    /// <param name="ranks">As in <see cref="Recommender.Learn"/>.</param>
    public void Learn(LearningExample example, bool ranks = true)
    {
        var user = example.User.Value ?? "";
        switch (example)
        {
            case { Kind: ActivityKind.Impression, Before: { } before, HasContent: true }:
                _recommender.Show(before.ToContext(), example.ToImpression());
                break;
            case { Kind: ActivityKind.Dismissed, HasContent: true }:
                _recommender.Dismiss(user, example.Content.Value, example.AtMs);
                break;
            case { Weight: > 0, HasContent: true, Before: { } before }:
                _recommender.Learn(
                    before.ToContext(), example.Content.Value, example.Weight, example.AtMs, user, ranks);
                Marks.Examples++;
                if (!ranks) Marks.Unranked++;
                break;
            case { Weight: > 0, HasContent: true }:
                _recommender.Observe(example.Content.Value, example.Weight, example.AtMs, user);
                Marks.Examples++;
                break;
        }
        LearnOutlook(user, example);
        Marks.StreamTimeMs = Math.Max(Marks.StreamTimeMs, example.AtMs);
    }

    /// <summary>See <see cref="Recommender.Forget"/>.</summary>
    public void Forget(UserId user) => _recommender.Forget(user.Value);

    private void LearnOutlook(string user, LearningExample example)
    {
        if (user.Length == 0 || example.History is not { } history) return;

        var content = example.HasContent ? example.Content.Value : null;
        var stars = example is { Kind: ActivityKind.Rated, Value: { } value }
            ? RecommendMapping.Stars((float)value)
            : null;
        if (_actions.Length < history.Length) _actions = new UserAction[2 * history.Length];
        for (var i = 0; i < history.Length; i++) _actions[i] = history[i].ToAction();
        _recommender.Act(
            user, _actions.AsSpan(0, history.Length),
            UserAction.Of((int)example.Kind, content, example.Creator?.Value, stars, example.AtMs), content);
    }

    /// <summary>Takes in what this silo's view of the catalogue has and the model has not.</summary>
    /// <returns>True if there was something new.</returns>
    public bool FollowCatalogue()
    {
        var revision = _catalogue.Revision;
        if (revision <= Marks.CatalogueRevision) return false;

        foreach (var content in _catalogue.ContentsAfter(Marks.CatalogueRevision))
            _recommender.Upsert(content.ToProfile());
        Marks.CatalogueRevision = revision;
        return true;
    }

    /// <summary>Of the newest snapshot.</summary>
    public long Version { get; private set; }

    /// <summary>See <see cref="Recommender.Check"/>.</summary>
    public Soundness Check(out string reason, bool thorough = false) => _recommender.Check(out reason, thorough);

    /// <summary>See <see cref="Recommender.Calm"/>.</summary>
    public void Calm() => _recommender.Calm();

    /// <summary>See <see cref="Recommender.AcceptLoss"/>.</summary>
    public void AcceptLoss() => _recommender.AcceptLoss();

    /// <summary>See <see cref="Recommender.PassVersion"/>.</summary>
    public void PassVersion(long version) => _recommender.PassVersion(version);

    public ModelReport ToReport() => _recommender.Progress.ToReport(Marks);

    public PublishedModel Publish()
    {
        var snapshot = _recommender.Publish();
        Version = snapshot.Version;
        return new(snapshot, Marks.StreamTimeMs);
    }

    /// <summary>What is to be stored of this moment.</summary>
    public ModelImage Capture() => new(Marks.Write(), _recommender.Capture(), StoredVersion);
}
