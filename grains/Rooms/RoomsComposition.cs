using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

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
            .Validate(options => Passes(options.Validate)).ValidateOnStart();
        return services.AddSingleton<RoomMetrics>();
    }

    /// <summary>The text of what is wrong is better than the framework's "a validation error": it is thrown.</summary>
    private static bool Passes(Action validate)
    {
        validate();
        return true;
    }
}
