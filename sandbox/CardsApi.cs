using System.Security.Cryptography;

namespace Engage.Sandbox;

internal sealed record CardRequest(string? Number, string? Expires, string? Code);

/// <summary>
/// Where a browser turns a card into a token, from any page: the shop never sees the number, and neither is it kept
/// here.
/// </summary>
internal static class CardsApi
{
    private const int TokenBytes = 12;

    public static void MapCards(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            // Any shop's page may ask; there is nothing here that a cookie would open.
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.AccessControlAllowHeaders = "content-type";
            if (HttpMethods.IsOptions(context.Request.Method))
                context.Response.StatusCode = StatusCodes.Status204NoContent;
            else
                await next(context);
        });
        app.MapPost("/v1/tokens", Tokenize);
        app.MapGet("/form", () => Results.Stream(
            typeof(CardsApi).Assembly.GetManifestResourceStream("form.html")!, "text/html; charset=utf-8"));
    }

    private static IResult Tokenize(CardRequest card)
    {
        var number = card.Number?.Replace(" ", "", StringComparison.Ordinal) ?? "";
        return TestTokens.ForNumber(number) is { } kind
            ? Results.Ok(new
            {
                token = $"{kind}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes))}",
                last4 = number[^4..],
            })
            : Results.UnprocessableEntity(new { reason = "no such card; try 4242 4242 4242 4242" });
    }
}
