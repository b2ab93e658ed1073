using System.Security.Claims;
using Engage.Api.Accounts;
using Engage.Api.Actors;
using Engage.Api.Problems;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;

namespace Engage.Api.Commerce;

internal sealed record InvoiceAnswer(
    long Number, OrderId Order, DateTimeOffset At, Money Amount, DiscountAnswer? Discount, PointsAnswer? Points,
    OrderLineAnswer[] Lines)
{
    public static InvoiceAnswer From(NumberedInvoice numbered)
    {
        var invoice = numbered.Invoice;
        var points = Array.Find(invoice.Sources, source => source.Method == PaymentMethod.Points);
        return new(
            numbered.Number, invoice.Order, invoice.At, new(invoice.Total, invoice.Currency),
            invoice.Discount is { } off ? new(off.Coupon, new(off.Amount, invoice.Currency)) : null,
            points is null ? null : new(points.Points, new(points.Amount, invoice.Currency)),
            Array.ConvertAll(invoice.Lines, line => OrderLineAnswer.From(line, invoice.Currency)));
    }
}

internal sealed record InvoicesAnswer(InvoiceAnswer[] Items, long? Cursor);

/// <summary>What was sold, numbered without gaps; docs/protocol.md, "Wallet, invoices, library".</summary>
internal static class InvoicesApi
{
    private const int LimitMax = 100;
    private const int LimitDefault = 20;

    public static void MapInvoices(this WebApplication app)
    {
        var group = app.MapGroup("/v1/invoices").WithTags("Commerce").SurvivesSilos();
        group.MapGet("", ListAsync).Produces<InvoicesAnswer>();
        group.MapGet("/{number:long}", GetAsync).Produces<InvoiceAnswer>();
    }

    private static async Task<IResult> ListAsync(
        ClaimsPrincipal caller, IGrainFactory grains, int? limit = null, long? cursor = null)
    {
        if (limit is < 1 or > LimitMax || cursor is < 0)
            return Problem.InvalidRequest(
                $"limit, cursor: expected 1 to {LimitMax}, and what the page before answered.").ToResult();

        var page = await grains.GetGrain<ICustomerGrain>(caller.UserId()!.Value.Value)
            .InvoicesAsync(cursor ?? 0, limit ?? LimitDefault);
        return TypedResults.Ok(new InvoicesAnswer(Array.ConvertAll(page.Items, InvoiceAnswer.From), page.Cursor));
    }

    private static async Task<IResult> GetAsync(
        long number, ClaimsPrincipal caller, HttpRequest request, IGrainFactory grains)
    {
        var found = await grains.GetGrain<ICustomerGrain>(caller.UserId()!.Value.Value).InvoiceAsync(number);
        if (found is null)
            return Problem.NotFound("Invoice", $"{number}", "list yours with GET /v1/invoices").ToResult();
        if (!WantsPage(request)) return TypedResults.Ok(InvoiceAnswer.From(found));

        var chinese = request.Headers.AcceptLanguage.ToString().StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        return TypedResults.Content(InvoicePage.Render(found, chinese), "text/html; charset=utf-8");
    }

    private static bool WantsPage(HttpRequest request) =>
        request.GetTypedHeaders().Accept.FirstOrDefault()?.MediaType.Value is "text/html";
}
