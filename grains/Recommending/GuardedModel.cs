using Engage.Contracts.Recommending;
using Engage.Recommend;
using Engage.Storage;
using Microsoft.Extensions.Logging;

namespace Engage.Grains.Recommending;

/// <summary>
/// The model that is trained, and the one stored last, to which it goes back when an update breaks it. What breaks it
/// decides how it goes on:
/// <list type="bullet">
/// <item>A malformed example is skipped and counted; nothing was changed.</item>
/// <item>Numbers that are none, or an example that fails: back to what is stored, from whose offsets the pumps deliver
/// again. Up to the place of the accident the model is now looked at after every example; one that breaks it again is
/// poison, is remembered, and left out at the third delivery. What broke by chance is thus lost not at all.</item>
/// <item>An exploding loss has no single culprit: back, and over the same stretch in smaller steps. If it explodes
/// again, the stream has changed and not the model; then that is the usual loss.</item>
/// </list>
/// Belongs to one caller at a time; what it awaits goes on where it was called.
/// </summary>
internal sealed partial class GuardedModel(
    ModelReplica model, StoredModel lastGood, Func<StoredModel, ModelReplica> load, Func<ModelReplica> create,
    ILogger logger)
{
    private StoredModel _lastGood = lastGood;

    /// <summary>The next bytes are written here: it and the last ones take turns.</summary>
    private byte[] _spare = [];

    public ModelReplica Model { get; private set; } = model;

    private GuardMarks Guard => Model.Marks.Guard;

    /// <summary>Learns one example, or leaves it out if it is malformed or poison.</summary>
    /// <param name="ranks">As in <see cref="Recommender.Learn"/>.</param>
    /// <returns>False if the model went back: deliver again from its offsets.</returns>
    public bool TryLearn(int partition, LearningExample example, bool ranks = true)
    {
        if (ExampleRules.Check(example) is { } wrong)
        {
            Skip(partition, example.Offset, wrong);
        }
        else if (Guard.IsPoison(partition, example.Offset))
        {
            Skip(partition, example.Offset, "it breaks the model");
        }
        else if (!LearnWatched(partition, example, ranks))
        {
            return false;
        }
        Model.Marks.Applied[partition] = example.Offset;
        return true;
    }

    /// <summary>Nothing that is broken is published: then it is what was stored that is published again.</summary>
    /// <returns>False if the model went back.</returns>
    public bool TryPublish(out PublishedModel published)
    {
        var soundness = Model.Check(out var reason);
        var sound = soundness == Soundness.Sound || Accept(soundness, reason);
        if (!sound) RollBack(soundness, reason, null);
        published = Model.Publish();
        return sound;
    }

    /// <summary>The bytes of the model as it is now, made on a thread of their own, as nice as whoever asks, while it
    /// may learn on: of the few threads that all actors share one would be gone for as long as that takes.</summary>
    /// <returns>Null if the model was broken, and went back. Else to be given to <see cref="Stored"/> before the next
    /// is asked for, or to nobody.</returns>
    public async Task<StoredModel?> ToStoredAsync()
    {
        var (model, image, spare) = (Model, Model.Capture(), _spare);
        try
        {
            return await Task.Factory.StartNew(
                () => image.ToStored(spare), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        catch (ArithmeticException exception)
        {
            // It may have gone back meanwhile; then nothing is left to repair.
            if (model == Model) RollBack(Soundness.NotNumbers, exception.Message, null);
            return null;
        }
    }

    /// <summary>
    /// From now on this is what the model goes back to, unless it went back already while this was written: then these
    /// are the bytes of what it went back from.
    /// </summary>
    /// <param name="of">The model whose bytes they are.</param>
    /// <param name="stored">What was written.</param>
    /// <param name="version">Of what is in the store now; the next write follows it in either case.</param>
    public void Stored(ModelReplica of, StoredModel stored, long version)
    {
        var (next, free) = of == Model ? (stored, _lastGood) : (_lastGood, stored);
        (_lastGood, _spare) = (next with { Version = version }, free.Weights.Array!);
        Model.StoredVersion = version;
    }

    private bool LearnWatched(int partition, LearningExample example, bool ranks)
    {
        var watched = GuardMarks.Covers(Guard.WatchedThrough, partition, example.Offset);
        var soundness = Soundness.Sound;
        var reason = "";
        try
        {
            Model.Learn(example, ranks);
            if (watched) soundness = Model.Check(out reason, thorough: true);
        }
        // Whatever an example does to the model, it must not hold its partition for ever.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception, partition, example.Offset);
            (soundness, reason) = (Soundness.NotNumbers, exception.Message);
        }
        // An explosion has no single culprit; it is judged when publishing.
        if (soundness != Soundness.NotNumbers) return true;

        if (watched) Guard.AddPoison(partition, example.Offset);
        RollBack(soundness, reason, new(partition, example.Offset));
        return false;
    }

    /// <summary>An explosion inside the stretch that is learned again in smaller steps.</summary>
    private bool Accept(Soundness soundness, string reason)
    {
        if (soundness != Soundness.Exploded || !IsCalm()) return false;

        LogAccepted(reason);
        Model.AcceptLoss();
        return true;
    }

    private bool IsCalm() => Guard.CalmThrough.Any(entry => Model.Marks.Applied[entry.Key] < entry.Value);

    private void RollBack(Soundness soundness, string reason, GuardMarks.Place? failed)
    {
        var (guard, applied, version) = (Guard, Model.Marks.Applied, Model.Version);
        guard.Rollbacks++;
        guard.LastReason = reason;
        var through = soundness == Soundness.Exploded ? guard.CalmThrough : guard.WatchedThrough;
        for (var partition = 0; partition < applied.Length; partition++)
            through[partition] = applied[partition];
        if (failed is { } place) through[place.Partition] = Math.Max(place.Offset, through[place.Partition]);

        Model = load(_lastGood);
        if (Model.Check(out var older) == Soundness.NotNumbers)
        {
            // What is stored is broken too. The journal has everything: the model is learned anew.
            LogAnew(older);
            Model = create();
            Model.StoredVersion = _lastGood.Version;
        }
        Model.Marks.Guard = guard;
        Model.PassVersion(version);
        if (soundness == Soundness.Exploded) Model.Calm();
        Model.FollowCatalogue();
        LogRolledBack(reason, Model.Marks.Examples);
    }

    private void Skip(int partition, long offset, string reason)
    {
        Guard.Skipped++;
        LogSkipped(partition, offset, reason);
    }

    [LoggerMessage(LogLevel.Error, "Model: {Reason}; back to what was stored after {Examples} examples")]
    private partial void LogRolledBack(string reason, long examples);

    [LoggerMessage(LogLevel.Error, "Model: what was stored is broken too ({Reason}); it is learned anew")]
    private partial void LogAnew(string reason);

    [LoggerMessage(LogLevel.Error, "Model: the example at {Partition}:{Offset} failed")]
    private partial void LogFailed(Exception exception, int partition, long offset);

    [LoggerMessage(LogLevel.Warning, "Model: {Reason}, again in smaller steps; taken for a change of the stream")]
    private partial void LogAccepted(string reason);

    [LoggerMessage(LogLevel.Warning, "Model: the example at {Partition}:{Offset} is left out: {Reason}")]
    private partial void LogSkipped(int partition, long offset, string reason);
}
