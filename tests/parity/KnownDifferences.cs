namespace Engage.Parity.Tests;

/// <summary>Where the engine differs from Orleans knowingly, and why.</summary>
internal static class KnownDifferences
{
    /// <summary>Difference, as the comparison tells it, to its reason.</summary>
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["Orleans.Grain: Void .ctor(Orleans.Runtime.IGrainContext grainContext)"] =
            "Theirs has a second parameter, optional, of the type of their runtime.",
        ["Orleans.Hosting.MemoryGrainStorageSiloBuilderExtensions: static Orleans.Hosting.ISiloBuilder "
            + "AddMemoryGrainStorage(Orleans.Hosting.ISiloBuilder builder, String name)"] =
            "Theirs has one more parameter, optional: in how many grains the state is kept. Here it is in none.",
        ["Orleans.Hosting.MemoryGrainStorageSiloBuilderExtensions: static Orleans.Hosting.ISiloBuilder "
            + "AddMemoryGrainStorageAsDefault(Orleans.Hosting.ISiloBuilder builder)"] =
            "As AddMemoryGrainStorage.",
        ["Orleans.TestingHost.InProcessTestCluster: System.IServiceProvider GetSiloServiceProvider()"] =
            "Theirs has an optional parameter that says which silo; here there is one.",
    };

    /// <summary>
    /// Types of assemblies that not every package source has: not comparable where one of them is missing.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Elsewhere { get; } = new Dictionary<string, string[]>
    {
        ["Orleans.Core"] =
        [
            "Orleans.CollectionAgeLimitAttribute",
            "Orleans.Configuration.MessagingOptions",
            "Orleans.GrainState`1",
            "Orleans.IClusterClient",
            "Orleans.IGrainState`1",
            "Orleans.KeepAliveAttribute",
            "Orleans.ServiceLifecycleStage",
            "Orleans.Storage.BadProviderConfigException",
            "Orleans.Storage.IGrainStorage",
            "Orleans.Storage.InconsistentStateException",
            "Orleans.Utilities.ObserverManager`1",
            "Orleans.Utilities.ObserverManager`2",
        ],
        ["Orleans.Runtime"] =
        [
            "Microsoft.Extensions.Hosting.OrleansSiloGenericHostExtensions",
            "Orleans.Configuration.GrainCollectionOptions",
            "Orleans.Configuration.SchedulingOptions",
            "Orleans.Configuration.SiloMessagingOptions",
            "Orleans.Hosting.CoreHostingExtensions",
            "Orleans.Hosting.GrainCallFilterSiloBuilderExtensions",
            "Orleans.Hosting.ISiloBuilder",
            "Orleans.Hosting.SiloBuilderExtensions",
            "Orleans.Hosting.SiloBuilderStartupExtensions",
            "Orleans.Runtime.Hosting.StorageProviderExtensions",
            "Orleans.Runtime.IPersistentState`1",
            "Orleans.Runtime.IStartupTask",
            "Orleans.Runtime.PersistentStateAttribute",
        ],
        ["Orleans.Persistence.Memory"] =
        [
            "Orleans.Hosting.MemoryGrainStorageSiloBuilderExtensions",
        ],
        ["Orleans.Reminders"] =
        [
            "Orleans.GrainReminderExtensions",
            "Orleans.Hosting.ReminderOptions",
            "Orleans.Hosting.SiloBuilderReminderExtensions",
            "Orleans.Hosting.SiloBuilderReminderMemoryExtensions",
            "Orleans.IRemindable",
            "Orleans.IReminderTable",
            "Orleans.ReminderEntry",
            "Orleans.ReminderTableData",
            "Orleans.Runtime.IGrainReminder",
            "Orleans.Runtime.ReminderException",
            "Orleans.Runtime.TickStatus",
            "Orleans.Timers.IReminderRegistry",
        ],
        ["Orleans.Serialization"] =
        [
            "Orleans.Serialization.CodecNotFoundException",
            "Orleans.Serialization.Invocation.CompletedResponse",
            "Orleans.Serialization.Invocation.ExceptionResponse",
            "Orleans.Serialization.Invocation.IInvokable",
            "Orleans.Serialization.Invocation.ITargetHolder",
            "Orleans.Serialization.Invocation.Response",
            "Orleans.Serialization.Invocation.Response`1",
            "Orleans.Serialization.SerializerException",
        ],
        ["Orleans.Serialization.Abstractions"] =
        [
            "Orleans.AliasAttribute",
            "Orleans.ApplicationPartAttribute",
            "Orleans.GenerateFieldIds",
            "Orleans.GenerateSerializerAttribute",
            "Orleans.IdAttribute",
            "Orleans.ImmutableAttribute",
            "Orleans.ResponseTimeoutAttribute",
        ],
    }.SelectMany(assembly => assembly.Value.Select(type => (Type: type, Assembly: assembly.Key)))
        .ToDictionary(pair => pair.Type, pair => pair.Assembly);
}
