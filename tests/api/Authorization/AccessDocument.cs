using System.Globalization;
using System.Text;
using Engage.Api.Authorization;

namespace Engage.Api.Tests.Authorization;

/// <summary>docs/authorization.md, written from the table.</summary>
internal static class AccessDocument
{
    private static readonly Who[] Roles = WhoCalls.All;

    public static string Write(IReadOnlyList<AccessRule> rules)
    {
        var text = new StringBuilder();
        text.Append(
            """
            # Authorization

            Who may call what. Written from the table in `api/Authorization/AccessTable.cs` by
            `ENGAGE_REWRITE=1 dotnet test tests/api --filter AccessTableTests`; a test compares. What has no line is
            refused, and a server that would answer to it does not start.

            - `✓`: may. `own`: may, if the caller is what the column *of whom* says; somebody else's thing is
              answered `403`, or `404` where whether it exists is nobody else's business. Empty: `401` without a
              token, `403` with one.
            - *guest*: looks in without an account. *user*: a person with an account. *service*: a trusted back
              end, acts for anybody. *operator*: runs the platform; her token is a user's as well.
            - *code*: a person needs a code of her authenticator, at most ten minutes old (`403 step-up-required`);
              `operators`: only they do.
            - *then*: what is decided by the handler, since it is in the body or changes from moment to moment.
            - *limit*: every call is counted against its address and its caller; `sign-in` and `guests` against
              the sign-ins or the guests of its address, too.

            `dotnet test tests/api --filter AccessWalkTests --logger "console;verbosity=detailed"` calls every
            surface of a real server as everybody, with things of her own and of others, and says how many calls
            that were.

            """);
        Section(text, "Routes", rules.Where(rule => !rule.IsHub));
        text.Append('\n');
        Section(text, "Hub methods", rules.Where(rule => rule.IsHub));
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, IEnumerable<AccessRule> rules)
    {
        text.Append(CultureInfo.InvariantCulture, $"## {title}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| surface | {string.Join(" | ", Roles).ToLowerInvariant()} ")
            .Append("| of whom | code | then | limit |\n|---|");
        foreach (var _ in Roles) text.Append(":-:|");
        text.Append("---|:-:|---|---|\n");
        foreach (var rule in rules)
            text.Append(CultureInfo.InvariantCulture, $"| `{(rule.IsHub ? rule.Path : rule.Surface)}` | ")
                .AppendJoin(" | ", Roles.Select(role => Cell(rule, role)))
                .Append(CultureInfo.InvariantCulture, $" | {rule.Of?.Says} | {CodeOf(rule)} | {rule.Then} | ")
                .Append(rule.Limit switch { Limit.SignIn => "sign-in |\n", Limit.Guest => "guests |\n", _ => "|\n" });
    }

    private static string CodeOf(AccessRule rule) => rule.Code ? "✓" : rule.OperatorCode ? "operators" : "";

    private static string Cell(AccessRule rule, Who role) =>
        !rule.Admits(role) ? "" : rule.Binds(role) ? "own" : "✓";
}
