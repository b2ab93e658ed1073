using Microsoft.Extensions.Primitives;

namespace Engage.Api.Web;

/// <summary>What browsers are told about every answer: where it may be shown, and what the page may do.</summary>
internal static class SecurityHeaders
{
    private const string HstsMaxAge = "max-age=31536000";

    /// <summary>Things of the device that the page never asks for, nor anything that got into it.</summary>
    private const string NoDevices =
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        + "microphone=(), midi=(), payment=(), usb=()";

    /// <summary>Set last, when an answer starts, so that no answer is without them, whoever made it.</summary>
    public static void UseSecurityHeaders(this WebApplication app)
    {
        var headers = Of(app.Configuration);
        app.Use((context, next) =>
        {
            context.Response.OnStarting(
                static state =>
                {
                    var (context, headers) = ((HttpContext, KeyValuePair<string, StringValues>[]))state;
                    Write(context, headers);
                    return Task.CompletedTask;
                },
                (context, headers));
            return next(context);
        });
    }

    /// <summary>
    /// Scripts and styles come from our own files alone: no inline script, no eval, nothing of other sites. Where a
    /// payment provider's form is shown, its origin may be framed and asked.
    /// </summary>
    /// <param name="paymentOrigin">Null: there is none.</param>
    public static string ContentSecurityPolicy(string? paymentOrigin)
    {
        var payment = paymentOrigin is null ? "" : $" {paymentOrigin}";
        var frames = payment.Length == 0 ? " 'none'" : payment;
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
            + $"manifest-src 'self'; connect-src 'self'{payment}; frame-src{frames}; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    /// <returns>Where the card provider that is configured shows its form to browsers.</returns>
    private static string? PaymentOrigin(IConfiguration configuration)
    {
        var card = configuration.GetSection("Commerce:Card");
        var address = card["BrowserUrl"] is { Length: > 0 } browsers ? browsers : card["Url"];
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")
            ? uri.GetLeftPart(UriPartial.Authority)
            : null;
    }

    private static KeyValuePair<string, StringValues>[] Of(IConfiguration configuration) =>
    [
        new("Content-Security-Policy", ContentSecurityPolicy(PaymentOrigin(configuration))),
        new("X-Content-Type-Options", "nosniff"),
        new("X-Frame-Options", "DENY"),
        new("Referrer-Policy", "same-origin"),
        new("Cross-Origin-Opener-Policy", "same-origin"),
        new("Cross-Origin-Resource-Policy", "same-origin"),
        new("Permissions-Policy", NoDevices),
    ];

    private static void Write(HttpContext context, KeyValuePair<string, StringValues>[] headers)
    {
        var answer = context.Response.Headers;
        foreach (var (name, value) in headers) answer[name] = value;
        if (context.Request.IsHttps) answer.StrictTransportSecurity = HstsMaxAge;

        // What the api answers is somebody's; no cache on the way keeps it.
        if (answer.CacheControl.Count == 0 && context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
            answer.CacheControl = "no-store";
    }
}
