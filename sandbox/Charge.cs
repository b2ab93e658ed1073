using System.Text.Json.Serialization;

namespace Engage.Sandbox;

/// <summary>What became of the one attempt to take money under an id.</summary>
/// <param name="State"><c>succeeded</c>, <c>declined</c> or <c>voided</c>; it never changes.</param>
/// <param name="Refunded">Of the amount.</param>
/// <param name="ChargedBack">Of the amount: what the card's bank took back.</param>
internal sealed record Charge(
    string Id, string State, long Amount, string Currency, string? Reason = null, long Refunded = 0,
    long ChargedBack = 0);

internal sealed record Refund(string Id, string Charge, long Amount, string State = "succeeded");

internal sealed record ChargeRequest(string? Id, long Amount, string? Currency, string? Token);

internal sealed record RefundRequest(string? Id, string? Charge, long Amount);

internal sealed record ChargePage(Charge[] Items, int? Cursor);

/// <summary>One line of the books: exactly one of them.</summary>
/// <param name="ChargedBack">Id of a charge of which the bank takes back all that is left.</param>
internal sealed record BookLine(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Charge? Charge,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Refund? Refund,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ChargedBack = null);

/// <summary>The body of a webhook.</summary>
internal sealed record Notice(
    string Id, string Type, string Charge,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Refund, DateTimeOffset At);
