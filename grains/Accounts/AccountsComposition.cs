using Engage.Grains.Mail;
using Engage.Storage.Privacy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Accounts;

/// <summary>Registers what accounts and letters need.</summary>
internal static class AccountsComposition
{
    /// <summary>Options come from the sections Accounts and Mail.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AccountOptions>().Bind(configuration.GetSection(AccountOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccountOptions>, AccountOptionsCheck>();
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsCheck>();
        services.PostConfigure<MailOptions>(mail =>
        {
            if (mail.Outbox.Length == 0)
                mail.Outbox = Path.Combine(configuration["Storage:Path"] ?? "data", "outbox");
        });
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<PostOffice>();
        services.AddSingleton<IPersonalData, AccountPersonalData>();
        services.AddSingleton<IPersonalData, OutboxPersonalData>();
        return services;
    }
}
