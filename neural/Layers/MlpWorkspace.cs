namespace Engage.Neural;

/// <summary>Buffers of one caller; grow to the largest batch seen, fit whatever <see cref="Mlp"/> uses them, are not
/// thread-safe. Nothing is allocated for a batch that is no larger than one before, of the same network.</summary>
public sealed class MlpWorkspace
{
    private int _batch = -1;
    private int[] _sizes = [];

    /// <summary>[batch, size] per hidden layer, before the nonlinearity; a rectifier needs none.</summary>
    internal float[][] Sums { get; private set; } = [];

    /// <summary>[batch, size] per hidden layer.</summary>
    internal float[][] Outputs { get; private set; } = [];

    /// <summary>[batch, size] per hidden layer.</summary>
    internal float[][] Gradients { get; private set; } = [];

    /// <summary>[batch].</summary>
    internal float[] Logits { get; private set; } = [];

    /// <summary>Room for the largest layer's weights.</summary>
    internal float[] Transposed { get; private set; } = [];

    /// <summary>As many as the largest layer has inputs; never written.</summary>
    internal float[] Zeros { get; private set; } = [];

    /// <summary>What tells the slope of a hidden layer's nonlinearity: of a rectifier the outputs do.</summary>
    internal float[] Slopes(Mlp mlp, int layer) =>
        mlp.Activation == Activation.Relu ? Outputs[layer] : Sums[layer];

    internal void Reserve(Mlp mlp, int batch)
    {
        if (batch > _batch || !mlp.Sizes.AsSpan().SequenceEqual(_sizes))
            Allocate(mlp, batch);
    }

    // Apart, because its lambdas' captured variables would be allocated on every call of Reserve.
    private void Allocate(Mlp mlp, int batch)
    {
        (_batch, _sizes) = (batch, mlp.Sizes);
        var hidden = mlp.Sizes[1..^1];
        Sums = [.. hidden.Select(size => new float[batch * size])];
        Outputs = [.. hidden.Select(size => new float[batch * size])];
        Gradients = [.. hidden.Select(size => new float[batch * size])];
        Logits = new float[batch];
        Transposed = new float[mlp.Sizes.Zip(mlp.Sizes.Skip(1), (ins, outs) => ins * outs).Max()];
        Zeros = new float[mlp.Sizes.Max()];
    }
}
