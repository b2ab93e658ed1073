using Engage.Api.Web;

namespace Engage.Api.Tests.Authorization;

public sealed class SecurityHeadersTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/v1/inbox")]
    [InlineData("/nowhere")]
    [InlineData("/v1/contents/c-1/similar?limit=many")]
    public async Task EveryAnswerSaysWhatAPageMayDo(string path)
    {
        using var answer = await server.Anonymous.GetAsync(new Uri(path, UriKind.Relative));

        string Of(string name) => answer.Headers.GetValues(name).Single();
        Assert.Equal("nosniff", Of("X-Content-Type-Options"));
        Assert.Equal("DENY", Of("X-Frame-Options"));
        Assert.Equal("same-origin", Of("Referrer-Policy"));
        Assert.Equal("same-origin", Of("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", Of("Cross-Origin-Resource-Policy"));
        Assert.Contains("camera=()", Of("Permissions-Policy"), StringComparison.Ordinal);
        Assert.Equal(SecurityHeaders.ContentSecurityPolicy(null), Of("Content-Security-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public void PolicyLetsNothingInThatIsNotOurs()
    {
        var policy = SecurityHeaders.ContentSecurityPolicy(null);

        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("data:", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void PaymentProviderIsAskedAndFramedAndNothingElse()
    {
        var policy = SecurityHeaders.ContentSecurityPolicy("https://pay.example");

        Assert.Contains("connect-src 'self' https://pay.example;", policy, StringComparison.Ordinal);
        Assert.Contains("frame-src https://pay.example;", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheApiAnswersIsKeptByNoCache()
    {
        using var user = await server.NewUserAsync();

        using var answer = await user.Http.GetAsync(new Uri("/v1/inbox", UriKind.Relative));

        Assert.True(answer.Headers.CacheControl!.NoStore);
    }
}

/// <summary>Behind a proxy that ends TLS and is believed.</summary>
public sealed class ProxiedServer : RunningServer
{
    protected override string[] Settings => ["--FORWARDEDHEADERS_ENABLED", "true"];
}

public sealed class BehindProxyTests(ProxiedServer server) : IClassFixture<ProxiedServer>
{
    [Fact]
    public async Task HttpsIsInsistedOn()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/healthz", UriKind.Relative));
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await server.Anonymous.SendAsync(request);

        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
    }
}
