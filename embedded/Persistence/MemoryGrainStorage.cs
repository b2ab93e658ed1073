using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Storage
{
    /// <summary>
    /// Grain state in memory, for tests. It keeps JSON, so that a grain never shares an object with its store.
    /// </summary>
    internal sealed class MemoryGrainStorage : IGrainStorage
    {
        private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };

        private readonly ConcurrentDictionary<(string State, GrainId Grain), Record> _records = new();
        private long _version;

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var record = _records.GetValueOrDefault((stateName, grainId));
            grainState.State = record is null ? NewState<T>() : JsonSerializer.Deserialize<T>(record.Json, Json);
            grainState.ETag = record?.ETag;
            grainState.RecordExists = record is not null;
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var etag = Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);
            var written = new Record(JsonSerializer.SerializeToUtf8Bytes(grainState.State, Json), etag);
            var stored = _records.GetValueOrDefault((stateName, grainId));
            if (stored?.ETag != grainState.ETag || !TryReplace((stateName, grainId), stored, written))
                throw Conflict("written", stateName, grainId, stored, grainState.ETag);
            grainState.ETag = etag;
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var stored = _records.GetValueOrDefault((stateName, grainId));
            if (stored?.ETag != grainState.ETag || !TryRemove((stateName, grainId), stored))
                throw Conflict("cleared", stateName, grainId, stored, grainState.ETag);
            grainState.State = NewState<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
            return Task.CompletedTask;
        }

        private static T? NewState<T>() =>
            typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is null
                ? default
                : Activator.CreateInstance<T>();

        private static InconsistentStateException Conflict(
            string operation, string stateName, GrainId grainId, Record? stored, string? etag) => new(
                $"State \"{stateName}\" of {grainId} was not {operation}: another writer came between.",
                stored?.ETag,
                etag);

        private bool TryRemove((string, GrainId) key, Record? stored) =>
            stored is null || _records.TryRemove(new(key, stored));

        private bool TryReplace((string, GrainId) key, Record? stored, Record written) => stored is null
            ? _records.TryAdd(key, written)
            : _records.TryUpdate(key, written, stored);

        private sealed class Record(byte[] json, string etag)
        {
            public byte[] Json { get; } = json;

            public string ETag { get; } = etag;
        }
    }
}

namespace Orleans.Hosting
{
    public static class MemoryGrainStorageSiloBuilderExtensions
    {
        public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder) =>
            builder.AddMemoryGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);

        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name)
        {
            Runtime.Hosting.StorageProviderExtensions.AddGrainStorage(
                builder.Services, name, static (_, _) => new MemoryGrainStorage());
            return builder;
        }
    }
}

namespace Orleans.Runtime.Hosting
{
    public static class StorageProviderExtensions
    {
        /// <summary>Registers a storage under its name; the default one also without.</summary>
        public static IServiceCollection AddGrainStorage<T>(
            this IServiceCollection collection, string name, Func<IServiceProvider, string, T> implementationFactory)
            where T : IGrainStorage
        {
            collection.AddKeyedSingleton<IGrainStorage>(
                name, (services, key) => implementationFactory(services, (string)key!));
            if (name == ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
                collection.TryAddSingleton(services => services.GetRequiredKeyedService<IGrainStorage>(name));
            return collection;
        }
    }
}
