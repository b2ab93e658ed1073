namespace Engage.Neural;

/// <summary>
/// Adam (Kingma and Ba 2015) with decoupled weight decay for the rows of a table. Moments are kept per row and a row's
/// steps are counted by itself, so a step costs only the row it touches and a row that is seen late begins with the
/// same bias correction as one that was seen first ("lazy Adam": untouched rows neither decay nor drift).
/// </summary>
public sealed class AdamRows(int width, float decay1 = 0.9f, float decay2 = 0.999f, float epsilon = 1e-8f)
{
    /// <summary>First moments [rows, width].</summary>
    public PagedTable<float> First { get; } = new(width);

    /// <summary>Second moments [rows, width].</summary>
    public PagedTable<float> Second { get; } = new(width);

    /// <summary>Steps taken by each row, [rows, 1].</summary>
    public PagedTable<int> Steps { get; } = new(1, 6);

    /// <summary>Makes room for rows.</summary>
    public void GrowTo(int rows)
    {
        First.GrowTo(rows);
        Second.GrowTo(rows);
        Steps.GrowTo(rows);
    }

    /// <summary>Forgets what a row has learned, for one that is given to another id.</summary>
    public void Reset(int row)
    {
        First.Writable(row).Clear();
        Second.Writable(row).Clear();
        Steps.Writable(row)[0] = 0;
    }

    /// <summary>One step of one row down its gradients.</summary>
    /// <param name="index">Which row's moments to use.</param>
    /// <param name="row">The row itself, [width].</param>
    /// <param name="gradients">[width].</param>
    /// <exception cref="ArgumentException">A length is not the width.</exception>
    public void Step(
        int index, Span<float> row, ReadOnlySpan<float> gradients, float rate, float weightDecay = 0)
    {
        Shapes.Require(nameof(row), width, row.Length);
        Shapes.Require(nameof(gradients), width, gradients.Length);
        var steps = ++Steps.Writable(index)[0];
        var correction1 = 1 / (1 - MathF.Pow(decay1, steps));
        var correction2 = 1 / (1 - MathF.Pow(decay2, steps));
        var firsts = First.Writable(index);
        var seconds = Second.Writable(index);
        for (var i = 0; i < width; i++)
        {
            var g = gradients[i];
            firsts[i] += (1 - decay1) * (g - firsts[i]);
            seconds[i] += (1 - decay2) * ((g * g) - seconds[i]);
            var step = firsts[i] * correction1 / (MathF.Sqrt(seconds[i] * correction2) + epsilon);
            row[i] -= rate * (step + (weightDecay * row[i]));
        }
    }
}
