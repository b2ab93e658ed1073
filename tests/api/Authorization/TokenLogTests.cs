using Engage.Api.Tests.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engage.Api.Tests.Authorization;

/// <summary>A server that somebody told to log every request.</summary>
public sealed class TalkativeServer : RunningServer
{
    public string Log => Path.Combine(Folder, "api.log");

    protected override string[] Settings =>
    [
        "--Logging:LogLevel:Default", "Information",
        "--Logging:LogLevel:Microsoft.AspNetCore", "Information",
        "--Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Information",
    ];

    protected override void Replace(IServiceCollection services) =>
        services.AddSingleton<ILoggerProvider>(new LogFile(Log));
}

public sealed class TokenLogTests(TalkativeServer server) : IClassFixture<TalkativeServer>
{
    [Fact]
    public async Task TokenInTheHubsAddressIsInNoLog()
    {
        var token = await server.NewSessionAsync();
        var text = token.Text("accessToken");

        using var refused = await server.Anonymous.GetAsync(new Uri($"/hub?access_token={text}x", UriKind.Relative));
        using var taken = await server.Anonymous.GetAsync(new Uri($"/hub?access_token={text}", UriKind.Relative));
        await server.StopAsync();
        var log = await File.ReadAllTextAsync(server.Log);
        await server.StartAsync();

        Assert.Equal((401, 400), ((int)refused.StatusCode, (int)taken.StatusCode));
        Assert.Contains("Microsoft.AspNetCore", log, StringComparison.Ordinal);
        Assert.DoesNotContain(text, log, StringComparison.Ordinal);
    }
}
