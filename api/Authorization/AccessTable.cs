using Engage.Api.Authorization.Ownerships;
using Engage.Contracts.Rooms;
using static Engage.Api.Authorization.Who;

namespace Engage.Api.Authorization;

/// <summary>
/// Who may call what: every route and every method of the hub, one line each. What is not in it is refused, and the
/// server does not start with it. docs/authorization.md is this table for people.
/// </summary>
/// <remarks>
/// A line says: the surface, who may; what she must have to do with the thing she names (not asked of services and
/// operators); what is left to the handler, because it is in the body or changes from moment to moment.
/// </remarks>
internal static class AccessTable
{
    public static readonly IReadOnlyList<AccessRule> Rules =
    [
        // The platform itself.
        new("* /healthz", Anybody),
        new("* /readyz", Anybody),
        new("GET /openapi/{documentName}.json", Anybody),
        new("GET /v1/model", Service | Operator),
        new("GET /v1/activity/progress", Service | Operator),

        // Identity.
        new("POST /v1/users", Anybody, Then: CountedAsSignIn),
        new("GET /v1/users/me", User),
        new("PATCH /v1/users/me", User),
        new("PUT /v1/users/me/password", User, Then: Password),
        new("PUT /v1/users/me/mail", User, Then: Password),
        new("POST /v1/users/me/mail/verify", User, Then: "the code that was sent"),
        new("POST /v1/mail-verifications", Anybody, Then: "the link that was sent"),
        new("POST /v1/password-resets", Anybody, Then: CountedAsSignIn),
        new("POST /v1/password-resets/redeem", Anybody, Then: "the link that was sent"),
        new("POST /v1/tokens", Anybody, Then: "the password, refresh token or secret; " + CountedAsSignIn),
        new("POST /v1/tokens/step-up", User, Then: "a code of her authenticator"),
        new("POST /v1/tokens/revoke", Anybody, Then: "the refresh token"),
        new("POST /v1/guests", Anybody, Limit: Limit.Guest),
        new("GET /.well-known/jwks.json", Anybody),
        new("GET /v1/sessions", User),
        new("DELETE /v1/sessions", User),
        new("DELETE /v1/sessions/{session}", User, Then: Hers),
        new("POST /v1/totp", User, Then: Password),
        new("POST /v1/totp/confirm", User, Then: "a code of the new authenticator"),
        new("POST /v1/totp/recovery-codes", User, Then: "a code of her authenticator"),
        new("POST /v1/totp/disable", User, Then: "password and code; no operator"),
        new("GET /v1/operators", Operator),
        new("PUT /v1/operators/{user}", Operator, Code: true),
        new("DELETE /v1/operators/{user}", Operator, Code: true, Then: "the last one stays"),
        new("GET /v1/operator/users", Operator, Code: true),
        new("GET /v1/operator/audit", Operator, Code: true),

        // Privacy.
        new("GET /v1/privacy/consent", User),
        new("PUT /v1/privacy/consent", User),
        new("POST /v1/privacy/export", User),
        new("GET /v1/privacy/export/{id}", User, Then: Hers),
        new("POST /v1/privacy/erasure", User, Then: Password),
        new("GET /v1/privacy/access", User),
        new("GET /v1/privacy/erasure/{id}", Anybody, Then: "the id, which nobody else knows"),

        // Commerce.
        new("GET /v1/offers", Known),
        new("GET /v1/offers/{id}", Known),
        new("POST /v1/offers", User | Service | Operator, Then: Sells),
        new("PUT /v1/offers/{id}/price", User | Service | Operator, Then: Sells),
        new("DELETE /v1/offers/{id}", User | Service | Operator, Then: Sells),
        new("POST /v1/orders", User),
        new("POST /v1/orders/preview", User),
        new("GET /v1/orders", User),
        new("GET /v1/orders/{id}", User | Service | Operator, new BuyerOfOrder("id", orSeller: true)),
        new("POST /v1/orders/{id}/cancel", User, new BuyerOfOrder("id")),
        new("POST /v1/orders/{id}/refunds", User | Service | Operator, new BuyerOfOrder("id", orSeller: true),
            Then: "the buyer asks, whoever sells does", OperatorCode: true),
        new("POST /v1/orders/{id}/chargebacks", Service | Operator, Code: true),
        new("POST /v1/orders/{id}/refunds/decline", User | Service | Operator,
            new BuyerOfOrder("id", orSeller: true), Then: "whoever sells"),
        new("GET /v1/refund-asks", User | Service | Operator, Then: Sells),
        new("GET /v1/payments", Known),
        new("POST /v1/payments/webhooks/card", Anybody, Then: "the provider's signature"),
        new("GET /v1/wallet", User),
        new("GET /v1/wallet/postings", User),
        new("POST /v1/wallet/topups", User),
        new("GET /v1/library", User),
        new("GET /v1/entitlements", User),
        new("GET /v1/invoices", User),
        new("GET /v1/invoices/{number:long}", User, Then: Hers),

        // Catalogue.
        new("GET /v1/communities", Known),
        new("GET /v1/communities/{id}", Known),
        new("POST /v1/communities", Service),
        new("GET /v1/creators", Known),
        new("GET /v1/creators/{id}", Known),
        new("POST /v1/creators", Service),
        new("GET /v1/contents", Known),
        new("GET /v1/contents/{id}", Known),
        new("GET /v1/contents/{id}/similar", Known),
        new("POST /v1/contents", Service),

        // What people do, and what they are recommended.
        new("POST /v1/events", User | Service, Then: "a user's events are her own; a service names their user"),
        new("GET /v1/recommendations", User | Service, new Herself("user")),
        new("GET /v1/outlook", User | Service, new Herself("user")),
        new("GET /v1/activity/me", User),
        new("GET /v1/activity/users/{user}", Service),
        new("GET /v1/inbox", User),

        // Communities and creators: who has a say in them.
        new("GET /v1/communities/{id}/members", User | Service, new RoleInCommunity(CommunityRole.Moderator, "id")),
        new("GET /v1/communities/{id}/members/{user}", User | Service,
            new RoleInCommunity(CommunityRole.Moderator, "id", "user")),
        new("PUT /v1/communities/{id}/members/{user}", User | Service, new RoleInCommunity(CommunityRole.Owner, "id"),
            Then: "the last owner stays one"),
        new("PUT /v1/creators/{id}/owners/{user}", Service | Operator, Code: true),
        new("DELETE /v1/creators/{id}/owners/{user}", Service | Operator, Code: true),
        new("GET /v1/creators/{id}/dashboard", User | Service, new OwnerOfCreator("id")),

        // Plans: what is sold besides the single purchase.
        new("GET /v1/subscriptions", User),
        new("GET /v1/subscriptions/{id}", User | Service | Operator, new SubscriberOf("id")),
        new("POST /v1/subscriptions/{id}/cancel", User, new SubscriberOf("id")),
        new("POST /v1/subscriptions/{id}/resume", User, new SubscriberOf("id")),
        new("PUT /v1/subscriptions/{id}/payment", User, new SubscriberOf("id")),
        new("POST /v1/coupons", User | Service, Then: Sells),
        new("GET /v1/coupons", User | Service, Then: Sells),
        new("GET /v1/coupons/{code}", User),
        new("DELETE /v1/coupons/{code}", User | Service, Then: Sells),
        new("GET /v1/credits", User),
        new("POST /v1/credits/use", User),
        new("GET /v1/gifts", User),
        new("POST /v1/gifts/{code}/claim", User, Then: "the gift's code"),
        new("GET /v1/affiliate", User),
        new("POST /v1/tips", User),
        new("POST /v1/quotes", User),
        new("GET /v1/quotes", User),
        new("GET /v1/creators/{id}/quotes", User | Service | Operator, new OwnerOfCreator("id")),
        new("GET /v1/quotes/{id}", User, Then: "the buyer, or owners of the creator, else 404"),
        new("POST /v1/quotes/{id}/offer", User, Then: "owners of the creator, else 404"),
        new("POST /v1/quotes/{id}/accept", User, Then: "the buyer, else 404"),
        new("POST /v1/quotes/{id}/decline", User, Then: "the buyer, or owners of the creator, else 404"),
        new("POST /v1/quotes/{id}/deliver", User, Then: "owners of the creator, else 404"),
        new("POST /v1/quotes/{id}/approve", User, Then: "the buyer, else 404"),
        new("POST /v1/quotes/{id}/dispute", User, Then: "the buyer, else 404"),
        new("POST /v1/quotes/{id}/settle", Service | Operator, Code: true),
        new("GET /v1/creators/{id}/tips", User | Service, new OwnerOfCreator("id")),
        new("GET /v1/creators/{id}/income", User | Service | Operator, new OwnerOfCreator("id")),
        new("GET /v1/communities/{id}/income", User | Service | Operator,
            new RoleInCommunity(CommunityRole.Owner, "id")),
        new("GET /v1/platform/income", Service | Operator),
        new("POST /v1/creators/{id}/payouts", User, new OwnerOfCreator("id"), Code: true),
        new("GET /v1/creators/{id}/payouts", User | Service | Operator, new OwnerOfCreator("id")),
        new("GET /v1/creators/{id}/statement", User | Service | Operator, new OwnerOfCreator("id")),
        new("POST /v1/communities/{id}/payouts", User | Operator, new RoleInCommunity(CommunityRole.Owner, "id"),
            Code: true),
        new("GET /v1/communities/{id}/payouts", User | Service | Operator,
            new RoleInCommunity(CommunityRole.Owner, "id")),
        new("GET /v1/communities/{id}/statement", User | Service | Operator,
            new RoleInCommunity(CommunityRole.Owner, "id")),
        new("GET /v1/affiliate/income", User),
        new("GET /v1/affiliate/statement", User),
        new("GET /v1/affiliate/payouts", User),
        new("POST /v1/affiliate/payouts", User, Code: true),

        // Points.
        new("GET /v1/points", User),
        new("PUT /v1/points/settings", User),
        new("GET /v1/communities/{id}/leaders", User),
        new("GET /v1/communities/{id}/points", User | Service | Operator),
        new("PUT /v1/communities/{id}/points", User | Service | Operator,
            new RoleInCommunity(CommunityRole.Owner, "id")),

        // Rooms.
        new("GET /v1/rooms", Known),
        new("GET /v1/rooms/{id}", Known),
        new("POST /v1/rooms", User | Service, Then: "a user moderates the community in the body"),
        new("POST /v1/rooms/{id}/actions", User, Then: InTheRoom),
        new("GET /v1/rooms/{id}/entries", Guest | User, Then: NotBanned + Paid),
        new("GET /v1/rooms/{id}/audit", User, new ModeratorOfRoom("id")),

        // The hub: its door, then its methods.
        new("POST /hub/negotiate", Guest | User, Then: OwnOrigin),
        new("GET /hub", Guest | User, Then: OwnOrigin),
        new("CONNECT /hub", Guest | User, Then: OwnOrigin),
        new("hub Renew", Guest | User, Then: "a token of the same user and session"),
        new("hub Track", User, Then: "her own events only"),
        new("hub WatchRecommendations", User),
        new("hub WatchTopRecommendations", User),
        new("hub StopRecommendations", User),
        new("hub WatchInbox", User),
        new("hub WatchEntitlements", User),
        new("hub ReadInbox", User),
        new("hub WatchDashboard", User, new OwnerOfCreator("creator"), Then: "asked again while she watches"),
        new("hub StopDashboard", User),
        new("hub JoinRoom", Guest | User, Then: NotBanned + Paid),
        new("hub LeaveRoom", Guest | User),
        new("hub ReadRoom", Guest | User, Then: NotBanned + Paid),
        new("hub Act", User, Then: InTheRoom),
        new("hub React", User, Then: InTheRoom),
        new("hub Typing", User, Then: InTheRoom),
    ];

    private const string CountedAsSignIn = "passwords and letters are counted against the address";
    private const string Password = "her password";
    private const string Sells = "owners of the creator, or of the community, that sells";
    private const string Hers = "hers, else 404";
    private const string OwnOrigin = "a page of our own or an allowed origin, or no page";
    private const string NotBanned = "not banned from the community";
    private const string Paid = "; a locked room needs an entitlement";
    private const string InTheRoom = "not banned or muted; moderation by moderators, as the room knows them then";
}
