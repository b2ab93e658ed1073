using Engage.Neural;

namespace Engage.Recommend;

/// <summary>The recurrent cell of a <see cref="SequenceNetwork"/>.</summary>
internal enum Cell
{
    Gru,
    Lstm,
}

/// <summary>
/// Embedded actions, a recurrent cell over them, and on its last state and a summary of the gaps a head that is linear
/// and deep at once. The class holds the shape; the parameters are one flat array: embeddings [kinds + 1 + gaps +
/// values + repeats, width], the cell, the head.
/// </summary>
internal sealed class SequenceNetwork
{
    private readonly int _kinds;
    private readonly int _width;
    private readonly int _embedded;
    private readonly int _hidden;
    private readonly Gru? _gru;
    private readonly Lstm? _lstm;
    private readonly SequenceHead _head;

    public SequenceNetwork(OutlookOptions options, Cell cell, int outputs)
    {
        (_kinds, _width) = (options.ActionKinds + 1, options.ActionWidth);
        _embedded = (_kinds + ActionToken.GapBuckets + ActionToken.ValueBuckets + ActionToken.RepeatBits) * _width;
        _gru = cell == Cell.Gru ? new(_width, options.Hidden) : null;
        _lstm = cell == Cell.Lstm ? new(_width, options.Hidden) : null;
        _head = new(options.Hidden, outputs);
        _hidden = options.Hidden;
    }

    public int ParameterCount => _embedded + CellCount + _head.ParameterCount;

    public int Outputs => _head.Outputs;

    private int CellCount => _gru?.ParameterCount ?? _lstm!.ParameterCount;

    public void Initialize(Span<float> parameters, SeededRandom random)
    {
        foreach (ref var weight in parameters[.._embedded])
            weight = 0.3f * random.NextNormal();
        _gru?.Initialize(parameters.Slice(_embedded, CellCount), random);
        _lstm?.Initialize(parameters.Slice(_embedded, CellCount), random);
        _head.Initialize(parameters[(_embedded + CellCount)..], random);
    }

    /// <summary>Runs the sequences that <paramref name="work"/> holds.</summary>
    /// <returns>[batch, outputs], inside <paramref name="work"/>; valid until its next use.</returns>
    public Span<float> Forward(ReadOnlySpan<float> parameters, SequenceWorkspace work)
    {
        var (batch, steps) = (work.Batch, work.Steps);
        var x = work.Inputs(batch * steps * _width);
        x.Clear();
        for (var at = 0; at < batch * steps; at++)
        {
            var into = x.Slice(at * _width, _width);
            if (work.Holds(at))
                foreach (var row in Rows(work.Token(at)))
                    VectorKernels.AddScaled(into, parameters.Slice(row * _width, _width), 1);
        }

        var cell = parameters.Slice(_embedded, CellCount);
        var states = _gru is null
            ? _lstm!.Forward(cell, x, work.Lengths, batch, steps, work.Recurrent)
            : _gru.Forward(cell, x, work.Lengths, batch, steps, work.Recurrent);
        var width = _head.Inputs;
        var last = work.Last(batch * width);
        for (var b = 0; b < batch; b++)
        {
            states.Slice((((b + 1) * steps) - 1) * _hidden, _hidden).CopyTo(last[(b * width)..]);
            GapSummary.Fill(work.TokensOf(b), last.Slice((b * width) + _hidden, GapSummary.Width));
        }

        return _head.Forward(parameters[(_embedded + CellCount)..], last, batch, work);
    }

    /// <summary>Adds the gradients of the parameters after <see cref="Forward"/> with the same workspace.</summary>
    /// <param name="outputGradients">[batch, outputs].</param>
    public void Backward(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> outputGradients, SequenceWorkspace work,
        Span<float> gradients)
    {
        var (batch, steps) = (work.Batch, work.Steps);
        var width = _head.Inputs;
        var lastGradients = work.LastGradients(batch * width);
        _head.Backward(
            parameters[(_embedded + CellCount)..], work.Last(batch * width), outputGradients, batch, work,
            gradients[(_embedded + CellCount)..], lastGradients);
        var states = work.StateGradients(batch * steps * _hidden);
        states.Clear();
        for (var b = 0; b < batch; b++)
            lastGradients.Slice(b * width, _hidden).CopyTo(states[((((b + 1) * steps) - 1) * _hidden)..]);
        var x = work.Inputs(batch * steps * _width);
        var dx = work.InputGradients(batch * steps * _width);
        var cell = parameters.Slice(_embedded, CellCount);
        var into = gradients.Slice(_embedded, CellCount);
        _gru?.Backward(cell, x, work.Lengths, states, batch, steps, work.Recurrent, into, dx);
        _lstm?.Backward(cell, x, work.Lengths, states, batch, steps, work.Recurrent, into, dx);
        for (var at = 0; at < batch * steps; at++)
            if (work.Holds(at))
                foreach (var row in Rows(work.Token(at)))
                    VectorKernels.AddScaled(gradients.Slice(row * _width, _width), dx.Slice(at * _width, _width), 1);
    }

    private RowsOfToken Rows(ActionToken token) => new(token, _kinds);

    /// <summary>The embedding rows whose sum an action is.</summary>
    private struct RowsOfToken(ActionToken token, int kinds)
    {
        private int _next = -1;

        public int Current { get; private set; }

        public readonly RowsOfToken GetEnumerator() => this;

        public bool MoveNext()
        {
            const int values = ActionToken.GapBuckets, repeats = values + ActionToken.ValueBuckets;
            switch (++_next)
            {
                case 0: Current = token.Kind; return true;
                case 1: Current = kinds + token.Gap; return true;
                case 2: Current = kinds + values + token.Value; return true;
            }

            for (; _next < 3 + ActionToken.RepeatBits; _next++)
                if ((token.Repeats >> (_next - 3) & 1) != 0)
                {
                    Current = kinds + repeats + _next - 3;
                    return true;
                }

            return false;
        }
    }
}
