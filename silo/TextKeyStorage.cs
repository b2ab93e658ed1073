using Engage.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engage.Silo;

/// <summary>
/// Keeps keys that look like numbers apart. Orleans' relational layout, which our tables on PostgreSQL share, stores a
/// text key of hexadecimal digits as the number it reads as: the users <c>1</c> and <c>01</c>, or <c>a1</c> and
/// <c>A1</c>, would be one row. With a mark in front that no id may begin with, such a key stays text.
/// </summary>
internal sealed class TextKeyStorage(IGrainStorage inner) : IGrainStorage
{
    private const char Mark = '=';

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ReadStateAsync(stateName, AsText(grainId), grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.WriteStateAsync(stateName, AsText(grainId), grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ClearStateAsync(stateName, AsText(grainId), grainState);

    internal static GrainId AsText(GrainId grainId)
    {
        var key = grainId.Key.ToString()!;
        return key.All(char.IsAsciiHexDigit) ? GrainId.Create(grainId.Type, IdSpan.Create(Mark + key)) : grainId;
    }
}

internal static class TextKeyStorageRegistration
{
    /// <summary>Puts <see cref="TextKeyStorage"/> around the grain storage that is registered so far.</summary>
    public static void KeepKeysAsText(this IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IGrainStorage) && service.IsKeyedService
            && Equals(service.ServiceKey, StorageRegistration.DefaultGrainStorage));
        services.Remove(inner);
        services.AddKeyedSingleton<IGrainStorage>(
            StorageRegistration.DefaultGrainStorage,
            (provider, key) =>
                new TextKeyStorage((IGrainStorage)inner.KeyedImplementationFactory!(provider, key)));
    }
}
