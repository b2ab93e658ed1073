using System.Text.Json;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>
/// The room's life, scheduled, live, ended, and how it is run. A room without a schedule is live from its creation.
/// Time alone starts nothing: a lecture begins when its creator is there.
/// </summary>
internal sealed class Course(Room definition) : RoomPart
{
    private static readonly JsonEncodedText PhaseName = JsonNames.Name("phase"),
        StartedAtName = JsonNames.Name("startedAt"), EndedAtName = JsonNames.Name("endedAt");

    private bool _phaseChanged;
    private bool _settingsChanged;
    private bool _filterChanged;

    public RoomPhase Phase { get; private set; } =
        definition.ScheduledAt is null ? RoomPhase.Live : RoomPhase.Scheduled;

    public DateTimeOffset? StartedAt { get; private set; }
    public DateTimeOffset? EndedAt { get; private set; }
    public RoomSettings Settings { get; private set; } = RoomSettings.Default;

    /// <summary>Of the settings' words.</summary>
    public WordFilter Filter { get; private set; } = WordFilter.Empty;

    public Decision DecideStart() => Phase switch
    {
        RoomPhase.Ended => Decision.Refuse(Refusals.Conflict(
            $"room '{definition.Id}' ended at {EndedAt:u} and cannot be started again; create another one")),
        RoomPhase.Live when StartedAt is not null => Decision.Nothing,
        _ => Decision.Made(new Started()),
    };

    public Decision DecideSettings(ChangeSettings wish)
    {
        if (wish.SlowMode is { } slow && (slow < TimeSpan.Zero || slow > TimeSpan.FromHours(1)))
            return Decision.Refuse(Refusals.Invalid($"slowMode is {slow:c}, expected 0 to 1 hour"));

        var words = wish.FilteredWords is null ? null : WordFilter.Distinct(wish.FilteredWords);
        if (words is not null && WordFilter.Check(words) is { } wrong)
            return Decision.Refuse(Refusals.Invalid(wrong));

        var open = new SettingsChanged(
            wish.SlowMode is { } between ? TimeSpan.FromSeconds(Math.Ceiling(between.TotalSeconds)) : Settings.SlowMode,
            wish.MembersOnly ?? Settings.MembersOnly, wish.EmojiOnly ?? Settings.EmojiOnly,
            wish.HoldMessages ?? Settings.HoldMessages, wish.HoldQuestions ?? Settings.HoldQuestions);
        var filter = new FilterChanged(words ?? Settings.FilteredWords, wish.RefuseFiltered ?? Settings.RefuseFiltered);
        var changesOpen = open != Settings.Open;
        var changesFilter = filter != Settings.Filter;
        return new([.. changesOpen ? [open] : (RoomFact[])[], .. changesFilter ? [filter] : (RoomFact[])[]]);
    }

    public override void Apply(RoomEntry entry)
    {
        switch (entry.Fact)
        {
            case Started:
                (Phase, StartedAt, _phaseChanged) = (RoomPhase.Live, entry.At, true);
                break;
            case Ended:
                (Phase, EndedAt, _phaseChanged) = (RoomPhase.Ended, entry.At, true);
                break;
            case SettingsChanged open:
                (Settings, _settingsChanged) = (Settings.With(open), true);
                break;
            case FilterChanged filter:
                (Settings, _filterChanged) = (Settings.With(filter), true);
                Filter = new(filter.Words);
                break;
        }
    }

    public override bool HasChanges => _phaseChanged || _settingsChanged;
    public override bool HasModeratorChanges => _filterChanged;

    public override void WriteTo(Utf8JsonWriter json, bool all)
    {
        if (all || _phaseChanged) WritePhase(json);
        if (!all && !_settingsChanged) return;

        json.WriteStartObject(JsonNames.Settings);
        Settings.WriteTo(json);
        json.WriteEndObject();
    }

    public override void WriteForModerators(Utf8JsonWriter json, bool all)
    {
        if (!all && !_filterChanged) return;

        json.WriteStartObject(JsonNames.Settings);
        Settings.WriteFilterTo(json);
        json.WriteEndObject();
    }

    public override void Taken() => _phaseChanged = _settingsChanged = _filterChanged = false;

    public override void Save(BinaryWriter writer)
    {
        writer.Write((byte)Phase);
        writer.WriteTime(StartedAt);
        writer.WriteTime(EndedAt);
        writer.Write((int)Settings.SlowMode.TotalSeconds);
        writer.Write(Settings.MembersOnly);
        writer.Write(Settings.EmojiOnly);
        writer.Write(Settings.HoldMessages);
        writer.Write(Settings.HoldQuestions);
        writer.WriteAll(Settings.FilteredWords, writer.Write);
        writer.Write(Settings.RefuseFiltered);
    }

    public override void Load(BinaryReader reader)
    {
        Phase = (RoomPhase)reader.ReadByte();
        StartedAt = reader.ReadTime();
        EndedAt = reader.ReadTime();
        Settings = new(TimeSpan.FromSeconds(reader.ReadInt32()), reader.ReadBoolean(), reader.ReadBoolean(),
            reader.ReadBoolean(), reader.ReadBoolean(), reader.ReadAll(reader.ReadString), reader.ReadBoolean());
        Filter = new(Settings.FilteredWords);
    }

    private void WritePhase(Utf8JsonWriter json)
    {
        json.WriteString(PhaseName, Phase.ToString().ToLowerInvariant());
        if (StartedAt is { } started) RoomTime.WriteTo(json, StartedAtName, started);
        if (EndedAt is { } ended) RoomTime.WriteTo(json, EndedAtName, ended);
    }
}
