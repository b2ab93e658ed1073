using System.Net.WebSockets;
using System.Reflection;
using System.Text.Json;
using Engage.Api.Authorization;
using Engage.Api.Realtime;
using Engage.Api.Rooms;
using Engage.LoadGen.Realtime;
using Microsoft.AspNetCore.SignalR;
using Xunit.Abstractions;

namespace Engage.Api.Tests.Authorization;

/// <summary>
/// Walks every surface of a real server as everybody, and compares what comes of it with the table. A new line of the
/// table is walked without anybody adding anything here.
/// </summary>
public sealed class AccessWalkTests(WalkWorld world, ITestOutputHelper output) : IClassFixture<WalkWorld>
{
    private const int ServerErrors = 500;

    [Fact]
    public async Task EveryRouteAnswersEverybodyAsTheTableSays()
    {
        var visits = Visit.Plan(AccessTable.Rules.Where(rule => !rule.IsHub && rule.Method != "CONNECT"));

        var wrong = new List<string>();
        foreach (var visit in visits)
        {
            using var request = world.RequestOf(visit);
            using var answer = await world.Anonymous.SendAsync(request);
            if (await WhatIsWrongAsync(visit, answer) is { } difference) wrong.Add(difference);
        }

        output.WriteLine($"{visits.Count} requests walked.");
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task EveryHubMethodAnswersEverybodyAsTheTableSays()
    {
        var visits = Visit.Plan(AccessTable.Rules.Where(rule => rule.IsHub));
        var door = AccessTable.Rules.Single(rule => rule.Surface == "GET /hub");

        var wrong = new List<string>();
        foreach (var visit in visits)
            if (await WhatIsWrongAsync(visit, door.Admits(visit.Token)) is { } difference)
                wrong.Add(difference);

        output.WriteLine($"{visits.Count} hub calls walked.");
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task WhatAsksForACodeIsRefusedWithoutAFreshOne()
    {
        var visits = Visit.Plan(AccessTable.Rules.Where(rule => rule.Code || rule.OperatorCode))
            .Where(visit => visit.Expected == Expected.Admitted).ToList();

        var wrong = new List<string>();
        foreach (var visit in visits)
        {
            using var request = world.RequestOf(visit, code: false);
            using var answer = await world.Anonymous.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            var asked = (int)answer.StatusCode == 403 && text.Contains("/step-up-required", StringComparison.Ordinal);
            if (asked != visit.Rule.AsksForCode(visit.Token))
                wrong.Add($"{visit}: {(int)answer.StatusCode} {text}");
        }

        Assert.Contains(visits, visit => visit is { Role: Who.Operator, Rule.Surface: "POST /v1/orders/{id}/refunds" });
        Assert.Empty(wrong);
    }

    private static async Task<string?> WhatIsWrongAsync(Visit visit, HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        var challenged = status == 401 && answer.Headers.WwwAuthenticate.Count > 0;
        var refused = status == 403
            && (await DetailAsync(answer)).StartsWith("Your role may not", StringComparison.Ordinal);
        var holds = visit.Expected switch
        {
            Expected.Unauthenticated => challenged,
            Expected.RoleRefused => refused,
            Expected.NotHers => status is 403 or 404 && !refused,
            // What the handler decides by itself may be no; otherwise a no is not for it to say.
            _ when visit.Rule.Then is not null => !challenged && !refused && status < ServerErrors,
            _ => status is not (401 or 403) && status < ServerErrors && !(visit.Side == Side.Own && status == 404),
        };
        return holds ? null : $"{visit}: expected {visit.Expected}, found {status}";
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.Text("detail");
    }

    private async Task<string?> WhatIsWrongAsync(Visit visit, bool mayConnect)
    {
        HubClient hub;
        try
        {
            hub = await HubClient.ConnectAsync(world.Address, world.TokenOf(visit) ?? "none");
        }
        catch (WebSocketException)
        {
            return mayConnect || visit.Expected is Expected.Admitted
                ? $"{visit}: expected to connect, was refused"
                : null;
        }
        await using (hub)
        {
            if (!mayConnect) return $"{visit}: expected no connection, got one";
            var problem = await CallAsync(hub, visit);
            var refused = problem?.Contains("Your role may not call", StringComparison.Ordinal) ?? false;
            var notHers = problem is not null && !refused
                && (problem.Contains("/forbidden", StringComparison.Ordinal)
                    || problem.Contains("/not-found", StringComparison.Ordinal));
            var holds = visit.Expected switch
            {
                Expected.Admitted => !refused && !(problem?.Contains("/internal", StringComparison.Ordinal) ?? false)
                    && (visit.Side != Side.Own || !notHers),
                Expected.NotHers => notHers,
                _ => refused,
            };
            return holds ? null : $"{visit}: expected {visit.Expected}, found {problem ?? "an answer"}";
        }
    }

    /// <returns>The problem that the call was answered with; null if none.</returns>
    private async Task<string?> CallAsync(HubClient hub, Visit visit)
    {
        var method = typeof(EngageHub).GetMethod(visit.Rule.Path)!;
        try
        {
            await hub.CallAsync(visit.Rule.Path, [.. method.GetParameters().Select(it => ArgumentOf(visit, it))]);
            return null;
        }
        catch (HubException refused)
        {
            return refused.Message;
        }
    }

    private object? ArgumentOf(Visit visit, ParameterInfo parameter) =>
        parameter.ParameterType == typeof(Argument<string>) ? world.ValueOf(visit, parameter.Name!)
        : parameter.ParameterType == typeof(Argument<int>) ? 1
        : parameter.ParameterType == typeof(JsonElement) ? 5
        : new { };
}
