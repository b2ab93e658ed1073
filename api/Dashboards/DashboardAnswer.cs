using System.Text.Json;
using Engage.Contracts;
using Engage.Contracts.Creators;
using Engage.Contracts.Rooms;

namespace Engage.Api.Dashboards;

/// <summary>
/// A creator's dashboard as a client gets it; docs/protocol.md, "Dashboard". Every value is absolute.
/// </summary>
/// <param name="Curve">All that is kept in the first answer, afterwards the newest seconds.</param>
internal sealed record DashboardAnswer(
    CreatorId Creator,
    DateTimeOffset At,
    DashboardRoom[] Rooms,
    long Shown,
    long Clicked,
    long Viewed,
    long Enrolled,
    long Purchased,
    long Converted,
    Sale[] Sales,
    BoardFigures Second,
    DashboardContent[] Contents,
    BoardCurve Curve,
    DashboardFan[]? Fans = null);

internal sealed record DashboardRoom(
    RoomId Room,
    LocalizedText Title,
    string Phase,
    int Present,
    int Peak,
    long Joined,
    long Left,
    double WatchSeconds,
    PulseTotals Second,
    PulseTotals Totals,
    ActivePerson[] Active,
    DashboardQuestion[] Questions,
    DashboardPoll[] Polls,
    PulseCurve Curve)
{
    public static DashboardRoom From(RoomPulseView pulse, PulseTotals second) => new(
        pulse.Room, pulse.Title, Words.Of(pulse.Phase), pulse.Present, pulse.Peak, pulse.Totals.Joined,
        pulse.Totals.Left, Math.Round(pulse.WatchSeconds, 3), second, pulse.Totals, pulse.Active,
        Array.ConvertAll(pulse.Questions, DashboardQuestion.From), Array.ConvertAll(pulse.Polls, DashboardPoll.From),
        pulse.Curve);
}

/// <param name="By">Null, as the name: asked anonymously.</param>
internal sealed record DashboardQuestion(
    long Seq, string Text, UserId? By, string? Name, long Votes, DateTimeOffset At)
{
    public static DashboardQuestion From(OpenQuestion question) => new(
        question.Seq, question.Text, question.By?.User, question.By?.Name, question.Votes, question.At);
}

internal sealed record DashboardPoll(
    long Seq,
    string Kind,
    string Question,
    string[]? Choices,
    bool Open,
    long Voters,
    int[]? Counts,
    double? Mean,
    int[]? Histogram,
    PollWord[]? Words)
{
    public static DashboardPoll From(PollPulse poll) => new(
        poll.Seq, Dashboards.Words.Of(poll.Kind), poll.Question, poll.Choices, poll.Open, poll.Voters, poll.Counts,
        poll.Mean, poll.Histogram, poll.Words);
}

internal sealed record DashboardContent(
    ContentId Content,
    LocalizedText Title,
    long Shown,
    long Clicked,
    long Viewed,
    long Enrolled,
    long Purchased,
    long Converted)
{
    public static DashboardContent From(ContentBoard content)
    {
        var figures = content.Figures;
        return new(
            content.Content, content.Title, figures.Shown, figures.Clicked, figures.Viewed, figures.Enrolled,
            figures.Purchased, figures.Converted);
    }
}

/// <summary>One of the most active people, and how likely she is to stay away.</summary>
internal sealed record DashboardFan(UserId User, string Name, long Actions, double Churn);

/// <summary>How members of enumerations are written on the wire.</summary>
internal static class Words
{
    public static string Of<T>(T member) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName($"{member}");
}
