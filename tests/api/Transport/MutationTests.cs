using System.Globalization;
using System.Net.Sockets;

namespace Engage.Api.Tests.Transport;

/// <summary>
/// Valid frames of clients, changed at random: whatever comes, the server lives, tells the others apart, and keeps
/// nothing of those it sent away. <c>ENGAGE_SEED</c> replays a run.
/// </summary>
public sealed class MutationTests
{
    private const int Mutations = 100_000, AtOnce = 200;

    [Fact]
    public async Task MutatedFramesNeitherCrashNorLeak()
    {
        var seed = Environment.GetEnvironmentVariable("ENGAGE_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : 20_261_122;
        await using var server = await TransportServer.StartAsync(
            hub: options => options.HandshakeTimeout = TimeSpan.FromMinutes(5));
        using var witness = await RawClient.ConnectAsync(server.Address);

        var survived = await Task.WhenAll(
            Enumerable.Range(0, AtOnce).Select(i => Task.Run(() => MutateAsync(server, seed + i))));
        await witness.InvokeAsync(7, "Echo", "still here");
        var answer = await SkipToAnswerAsync(witness, 7);
        await TransportServer.UntilAsync(() => server.Connections.Count == 1);

        Assert.True(answer, $"seed {seed}: the connection beside the broken ones is not answered");
        Assert.InRange(survived.Sum(), Mutations / 20, Mutations);
        Assert.Equal(0, server.Connections.WaitingBytes);
        Assert.All(server.Callers.ByName.Values, outbox => Assert.Equal(0, outbox.WaitingBytes));
    }

    /// <returns>How many mutations the connections survived.</returns>
    private static async Task<int> MutateAsync(TransportServer server, int seed)
    {
        var random = new Random(seed);
        var survived = 0;
        RawClient? client = null;
        for (var i = 0; i < Mutations / AtOnce; i++)
        {
            client ??= await RawClient.ConnectAsync(server.Address);
            var (frame, mangled) = FrameMutation.Next(random);
            try
            {
                var answered = await IsAnsweredAsync(client, frame, mangled, 2 * i);
                if (answered) survived++;
                if (answered && !mangled) continue;
            }
            catch (Exception exception) when (exception is not (IOException or SocketException))
            {
                throw new InvalidOperationException(
                    $"seed {seed}, mutation {i}, frame {Convert.ToHexString(frame)}: neither answer nor end",
                    exception);
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // Cut with something of ours unread: an end too.
            }
            client.Dispose();
            client = null;
        }
        client?.Dispose();
        return survived;
    }

    private static async Task<bool> IsAnsweredAsync(RawClient client, byte[] frame, bool mangled, int id)
    {
        // Two questions: a message that lost its end swallows the first.
        await client.WriteAsync(
        [
            .. frame,
            .. RawClient.Frame(
                [.. RawClient.Invocation(id, "Echo", "?"), .. RawClient.Invocation(id + 1, "Echo", "?")]),
        ]);
        // The server may take them for the rest of the frame and wait for more, or pass over a message from the future.
        if (mangled) client.Socket.Shutdown(SocketShutdown.Send);
        return await SkipToAnswerAsync(client, id + 1);
    }

    /// <returns>False if the connection ends first.</returns>
    private static async Task<bool> SkipToAnswerAsync(RawClient client, int id)
    {
        while (await client.ReadAsync() is { } frame)
        {
            if (frame.Opcode == RawFrame.CloseOpcode) return false;
            if (frame.Words.Contains($"\"invocationId\":\"{id}\"", StringComparison.Ordinal)) return true;
        }
        return false;
    }
}
