using Engage.Neural;

namespace Engage.Recommend.Tests;

public sealed class SequenceNetworkTests
{
    private const int Outputs = 3;

    private static readonly OutlookOptions _options = new() { ActionKinds = 6, ActionWidth = 5, Hidden = 7 };
    private readonly SeededRandom _random = new(12);

    [Theory]
    [InlineData(Cell.Gru)]
    [InlineData(Cell.Lstm)]
    internal void GradientsEqualCentralDifferences(Cell cell)
    {
        var network = new SequenceNetwork(_options, cell, Outputs);
        var parameters = NewParameters(network);
        ActionToken[][] batch = [Sequence(5), Sequence(1), Sequence(3)];
        float[] weights = [.. Enumerable.Range(0, 3 * Outputs).Select(_ => _random.NextNormal())];
        var (work, gradients) = (new SequenceWorkspace(), new float[network.ParameterCount]);

        Forward(network, parameters, batch, work);
        network.Backward(parameters, weights, work, gradients);

        var moved = 0;
        for (var i = 0; i < parameters.Length; i += 3)
        {
            var slope = Slope(i);
            moved += slope != 0 ? 1 : 0;
            Assert.Equal(slope, gradients[i], 2e-2f * MathF.Max(0.1f, MathF.Abs(slope)));
        }

        Assert.True(moved > parameters.Length / 6);

        float Slope(int i)
        {
            const float step = 1e-2f;
            var saved = parameters[i];
            parameters[i] = saved + step;
            var up = VectorKernels.Dot(Forward(network, parameters, batch, new()), weights);
            parameters[i] = saved - step;
            var down = VectorKernels.Dot(Forward(network, parameters, batch, new()), weights);
            parameters[i] = saved;
            return (up - down) / (2 * step);
        }
    }

    [Fact]
    public void ASequenceInABatchIsAnsweredAsAlone()
    {
        var network = new SequenceNetwork(_options, Cell.Gru, Outputs);
        var (parameters, work) = (NewParameters(network), new SequenceWorkspace());
        ActionToken[][] batch = [Sequence(9), Sequence(2), Sequence(6)];

        var together = Forward(network, parameters, batch, work);
        var alone = batch.SelectMany(tokens => Forward(network, parameters, [tokens], work)).ToArray();

        for (var i = 0; i < alone.Length; i++)
            Assert.Equal(alone[i], together[i], 1e-5f);
    }

    [Fact]
    public void AHistoryBecomesKindsGapsAndRepeats()
    {
        const long startMs = 1_000_000;
        UserAction[] history =
        [
            UserAction.Of(1, "a", "x", null, startMs),
            UserAction.Of(2, "b", "x", 5, startMs + 3_000),
            UserAction.Of(3, "a", "y", 1, startMs + 3_000),
            UserAction.Of(77, null, null, null, startMs),
        ];
        var tokens = new ActionToken[5];

        var count = ActionToken.Encode(_options, history, startMs + 1_023_000, tokens);

        Assert.Equal(5, count);
        Assert.Equal(new ActionToken(1, ActionToken.NoGap, 0, 0), tokens[0]);
        // log2(1 + 3 s) = 2, in half octaves 4; the best value; the creator of the action before.
        Assert.Equal(new ActionToken(2, 4, 7, 0b0100), tokens[1]);
        // An item from further back; the lowest value.
        Assert.Equal(new ActionToken(3, 0, 1, 0b0010), tokens[2]);
        // An unknown kind, and time running backwards.
        Assert.Equal(new ActionToken(0, 0, 0, 0), tokens[3]);
        Assert.Equal(new ActionToken(6, 20, 0, 0), tokens[4]);
    }

    [Fact]
    public void OnlyTheLastActionsAreLookedAt()
    {
        var history = Enumerable.Range(0, 20).Select(i => UserAction.Of(1 + (i % 5), null, null, null, i * 1000));
        var tokens = new ActionToken[4];

        var count = ActionToken.Encode(_options, history.ToArray(), 20_000, tokens);

        Assert.Equal(4, count);
        Assert.Equal([3, 4, 5, 6], tokens.Select(token => (int)token.Kind));
    }

    private static float[] Forward(
        SequenceNetwork network, float[] parameters, ActionToken[][] batch, SequenceWorkspace work)
    {
        work.Begin(batch.Length, batch.Max(tokens => tokens.Length));
        for (var b = 0; b < batch.Length; b++)
            work.Set(b, batch[b]);
        return network.Forward(parameters, work).ToArray();
    }

    private float[] NewParameters(SequenceNetwork network)
    {
        var parameters = new float[network.ParameterCount];
        network.Initialize(parameters, _random);
        foreach (ref var parameter in parameters.AsSpan())
            parameter += 0.2f * _random.NextNormal();
        return parameters;
    }

    private ActionToken[] Sequence(int length) => [.. Enumerable.Range(0, length).Select(i => new ActionToken(
        (byte)_random.Next(7), (byte)_random.Next(30), (byte)_random.Next(8), (byte)_random.Next(16)))];
}
