using Engage.Grains.Auditing;
using Engage.Storage.Privacy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Privacy;

/// <summary>Registers what consent, export and erasure need.</summary>
internal static class PrivacyComposition
{
    public static IServiceCollection AddPrivacy(this IServiceCollection services, IConfiguration section)
    {
        services.Configure<PrivacyOptions>(section);
        services.AddOptions<RetentionOptions>().Bind(section.GetSection("Retention"))
            .Validate(
                options => options.IsValid,
                "Privacy:Retention: expected Letters, Mentions and ActivityText of 1 day to 100 years each.")
            .ValidateOnStart();
        services.AddSingleton<PersonalEvents>();
        services.AddSingleton<ExportSeats>();
        services.AddSingleton<IPersonalData, ConsentPersonalData>();
        services.AddSingleton<IPersonalData, ActivityPersonalData>();
        services.AddSingleton<IPersonalData, InboxPersonalData>();
        services.AddSingleton<IPersonalData, MembershipsPersonalData>();
        services.AddSingleton<IPersonalData, OwnershipsPersonalData>();
        services.AddSingleton<IPersonalData, RoomsPersonalData>();
        services.AddSingleton<IPersonalData, AccessPersonalData>();
        services.AddSingleton<IRetainedData, RetainedLetters>();
        services.AddSingleton<IRetainedData, RetainedActivityText>();
        services.AddSingleton<IRetainedData, RetainedOfPeople>();
        return services;
    }
}
