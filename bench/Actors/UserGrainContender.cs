using Engage.Contracts.Recommending;
using Engage.Silo;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Engage.Bench.Actors;

/// <summary>The platform's own user grains, of users who did nothing yet, in a silo with a real database.</summary>
internal sealed class UserGrainContender : GrainContender
{
    private readonly DirectoryInfo _folder;

    private UserGrainContender(IHost host, DirectoryInfo folder)
        : base(host) => _folder = folder;

    public override string Name => "user-grains";

    public static async Task<UserGrainContender> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("engage-bench-");
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection([new("Storage:Path", folder.FullName)]);
        builder.AddEngageSilo();
        var host = builder.Build();
        await host.StartAsync();
        return new(host, folder);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override async ValueTask FirstCallAsync(string key) =>
        await Grains.GetGrain<IUserGrain>(key).UnwatchFeedAsync(null!);
}
