using Orleans.Runtime;

namespace Orleans.Storage
{
    /// <summary>
    /// Stores grain state, one record per grain and state name. Registered as a keyed singleton under its storage name.
    /// </summary>
    /// <remarks>
    /// Read fills <c>State</c>, <c>ETag</c> and <c>RecordExists</c>; a missing record gives a fresh state, a null ETag
    /// and false. Write and clear compare <c>ETag</c> with what is stored, throw
    /// <see cref="InconsistentStateException"/> when they differ, and set the new one. Calls for one grain and name do
    /// not overlap; calls for different grains do.
    /// </remarks>
    public interface IGrainStorage
    {
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task ReadStateAsync<T>(
            string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
            ReadStateAsync(stateName, grainId, grainState);

        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task WriteStateAsync<T>(
            string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
            WriteStateAsync(stateName, grainId, grainState);

        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task ClearStateAsync<T>(
            string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
            ClearStateAsync(stateName, grainId, grainState);
    }

    /// <summary>The stored record is not the one that was read: another writer came between.</summary>
    /// <remarks>
    /// Leaving a grain method, it deactivates the grain, so that the next call reads the newer state.
    /// </remarks>
    public class InconsistentStateException : OrleansException
    {
        public InconsistentStateException(string message)
            : base(message)
        {
        }

        public InconsistentStateException(string message, Exception? innerException)
            : base(message, innerException!)
        {
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
            : this(errorMsg, storedEtag, currentEtag, null)
        {
        }

        public InconsistentStateException(
            string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
            : base(errorMsg, storageException!)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
            : this(storageException.Message, storedEtag, currentEtag, storageException)
        {
        }

        /// <summary>True until it left the activation whose state was stale; only that one is deactivated.</summary>
        internal bool IsSourceActivation { get; set; } = true;

        public string? StoredEtag { get; }

        public string? CurrentEtag { get; }

        public override string ToString() =>
            $"{base.ToString()} (stored ETag {StoredEtag ?? "none"}, ETag of the grain {CurrentEtag ?? "none"})";
    }

    /// <summary>A grain names a storage that is not registered, or one that is set up wrongly.</summary>
    public sealed class BadProviderConfigException : OrleansException
    {
        public BadProviderConfigException()
        {
        }

        public BadProviderConfigException(string msg)
            : base(msg)
        {
        }

        public BadProviderConfigException(string msg, Exception exc)
            : base(msg, exc)
        {
        }
    }
}

namespace Orleans
{
    /// <summary>What a storage reads and writes.</summary>
    public interface IGrainState<T>
    {
        T? State { get; set; }

        string? ETag { get; set; }

        bool RecordExists { get; set; }
    }

    public sealed class GrainState<T> : IGrainState<T>
    {
        public GrainState()
        {
        }

        public GrainState(T? state)
            : this(state, null)
        {
        }

        public GrainState(T? state, string? eTag)
        {
            State = state;
            ETag = eTag;
        }

        public T? State { get; set; }

        public string? ETag { get; set; }

        public bool RecordExists { get; set; }
    }
}
