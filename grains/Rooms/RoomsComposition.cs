using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engage.Grains.Rooms;

/// <summary>Registers what rooms need.</summary>
internal static class RoomsComposition
{
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">At the start, if an option is out of
    /// range.</exception>
    public static IServiceCollection AddRooms(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<RoomOptions>().Bind(section)
            .Validate(options => Passes(options.Validate)).ValidateOnStart();
        services.AddOptions<RoomServingOptions>().Bind(section)
            .Validate(options => Passes(options.Validate))
            .Validate<IOptions<RoomOptions>>(
                (serving, rules) => rules.Value.MessageIdsRemembered > serving.WaitingCommandsMax,
                $"Rooms:{nameof(RoomOptions.MessageIdsRemembered)} must be more than "
                + $"Rooms:{nameof(RoomServingOptions.WaitingCommandsMax)}: who sends again what still waits "
                + "would make the room read its state again; raise the first or lower the second.")
            .ValidateOnStart();
        services.AddSingleton<RoomPaywall>();
        return services.AddSingleton<RoomMetrics>();
    }

    /// <summary>The text of what is wrong is better than the framework's "a validation error": it is thrown.</summary>
    private static bool Passes(Action validate)
    {
        validate();
        return true;
    }
}
