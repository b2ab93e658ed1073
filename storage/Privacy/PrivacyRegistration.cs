using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.Storage.Privacy;

internal static class PrivacyRegistration
{
    /// <summary>The vault, on whichever database keeps its keys.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static IServiceCollection AddPersonalVault(this IServiceCollection services, IConfiguration section)
    {
        var options = new KeyRingOptions();
        section.Bind(options);
        options.Validate();
        var folder = Path.GetFullPath(options.KeyFolder is { Length: > 0 } given
            ? given
            : Path.Combine(section[nameof(StorageOptions.Path)] ?? new StorageOptions().Path, "keys"));

        services.AddSingleton(options);
        services.AddSingleton(provider => new KeyRing(folder, Time(provider)));
        services.AddSingleton(provider => new PersonalKeys(
            provider.GetRequiredService<IPersonalKeyStore>(),
            provider.GetRequiredService<KeyRing>(),
            new KeyCache(options.CachedKeysMax, options.CacheLifetime, Time(provider)),
            Time(provider)));
        services.AddSingleton<IPersonalVault, PersonalVault>();
        services.AddSingleton<IKeyHolders>(provider => provider.GetRequiredService<PersonalKeys>());
        services.AddSingleton(provider => new KeyRotation(
            provider.GetRequiredService<IPersonalKeyStore>(),
            provider.GetRequiredService<KeyRing>(),
            options,
            Time(provider),
            provider.GetRequiredService<ILogger<KeyRotation>>()));
        services.AddHostedService(provider => provider.GetRequiredService<KeyRotation>());
        return services;
    }

    /// <summary>The log of the rooms, of which the database sees only what is sealed.</summary>
    public static IServiceCollection AddSealedRoomLog<TLog>(this IServiceCollection services) where TLog : IRoomLog =>
        services.AddSingleton<IRoomLog>(provider => new SealedRoomLog(
            provider.GetRequiredService<TLog>(), provider.GetRequiredService<PersonalKeys>()));

    private static TimeProvider Time(IServiceProvider provider) =>
        provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
