using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Engage.Sandbox;

/// <summary>
/// Tells the customer what happened: at least once in good times, and in bad ones twice, late, in another order, never,
/// or together with somebody's forgery. What is in the queue when the process dies is told again at its next start.
/// </summary>
internal sealed partial class Webhooks(
    IOptions<SandboxOptions> options, ChargeBook book, Faults faults, TimeProvider time, ILogger<Webhooks> logger)
    : BackgroundService
{
    private const int WaitingMax = 10_000;
    private const int ToldAgainMax = 1_000;
    private const int TriesMax = 5;
    private const int SendersMax = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Who reads nothing loses the oldest: a webhook is a hint, the books are the truth.</summary>
    private readonly Channel<Notice> _waiting = Channel.CreateBounded<Notice>(
        new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Tell(Charge charge) => Tell($"charge.{charge.State}", charge.Id, null);

    public void Tell(Refund refund) => Tell("refund.succeeded", refund.Charge, refund.Id);

    public void TellChargedBack(Charge charge) => Tell("charge.charged_back", charge.Id, null);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.WebhookUrl.Length == 0) return;
        TellAgain();
        using var http = new HttpClient { Timeout = Patience };
        await Task.WhenAll(Enumerable.Range(0, SendersMax).Select(_ => SendAllAsync(http, stoppingToken)));
    }

    private void Tell(string type, string charge, string? refund)
    {
        if (options.Value.WebhookUrl.Length == 0 || faults.Happens(options.Value.Faults.WebhookLost)) return;
        var notice = new Notice($"evt_{Guid.NewGuid():n}", type, charge, refund, time.GetUtcNow());
        _waiting.Writer.TryWrite(notice);
        if (faults.Happens(options.Value.Faults.WebhookTwice)) _waiting.Writer.TryWrite(notice);
    }

    private void TellAgain()
    {
        var count = book.List(0, int.MaxValue).Items.Length;
        foreach (var charge in book.List(Math.Max(0, count - ToldAgainMax), ToldAgainMax).Items)
        {
            Tell(charge);
            if (charge.ChargedBack > 0) TellChargedBack(charge);
        }
    }

    private async Task SendAllAsync(HttpClient http, CancellationToken stoppingToken)
    {
        await foreach (var notice in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            if (faults.Happens(options.Value.Faults.WebhookForged))
                await TrySendAsync(http, Forged(notice), forged: true, stoppingToken);
            var wait = faults.Happens(options.Value.Faults.WebhookLate)
                ? options.Value.Faults.WebhookDelayMax * faults.Draw()
                : TimeSpan.Zero;
            await Task.Delay(wait, time, stoppingToken);
            for (var tries = 1; !await TrySendAsync(http, notice, forged: false, stoppingToken); tries++)
            {
                if (tries == TriesMax) break;
                await Task.Delay(Pause * tries, time, stoppingToken);
            }
        }
    }

    /// <summary>What somebody would send who wants something for nothing.</summary>
    private static Notice Forged(Notice notice) => notice with
    {
        Id = $"evt_{Guid.NewGuid():n}", Type = notice.Refund is null ? "charge.succeeded" : "refund.succeeded",
    };

    private async Task<bool> TrySendAsync(
        HttpClient http, Notice notice, bool forged, CancellationToken stoppingToken)
    {
        var body = JsonSerializer.Serialize(notice, Json);
        var at = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var secret = forged ? "somebody else's secret" : options.Value.WebhookSecret;
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{at}.{body}"));
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.WebhookUrl);
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("Engage-Signature", $"t={at},v1={Convert.ToHexStringLower(signature)}");
            using var answer = await http.SendAsync(request, stoppingToken);
            if (forged && answer.IsSuccessStatusCode) LogForgeryTaken(notice.Id);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (
            exception is HttpRequestException
            || (exception is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "The forged webhook {Event} was taken for a true one")]
    private partial void LogForgeryTaken(string @event);
}
