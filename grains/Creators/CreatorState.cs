using System.Text.Json.Serialization;
using Engage.Grains.Activity;

namespace Engage.Grains.Creators;

/// <summary>What a creator grain stores: counters, figures and the offsets that both include, in one write.</summary>
public sealed class CreatorState : ProjectionState
{
    [JsonIgnore]
    internal CreatorFigures Figures { get => field ??= new(); private set; }

    /// <summary>Packed: as JSON they would be several times as large, and are written every few seconds.</summary>
    public byte[] Saved
    {
        get => Figures.Save();
        set => Figures = CreatorFigures.Load(value);
    }
}
