using Microsoft.Extensions.Options;

namespace Engage.Api.Rooms;

internal static class RoomsSetup
{
    public static void AddRooms(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RoomGatewayOptions>()
            .Bind(builder.Configuration.GetSection(RoomGatewayOptions.Section))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RoomGatewayOptions>, RoomGatewayOptionsCheck>();
        builder.Services.AddSingleton<RoomMetrics>();
        builder.Services.AddSingleton<RoomGateway>();
        builder.Services.AddSingleton<RoomReading>();
        builder.Services.AddSingleton<RoomDoor>();
        builder.Services.AddSingleton<RoomViews>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RoomGateway>());
    }
}
