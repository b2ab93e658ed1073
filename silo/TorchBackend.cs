using System.Runtime.InteropServices;
using Engage.Neural;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Engage.Silo;

/// <summary>
/// The ranker's forward pass by TorchSharp, on CUDA or on the processor; compiled when Scoring=Torch. The weights are
/// the same flat array as everywhere, copied when a session meets others than it had.
/// </summary>
/// <remarks>
/// It keeps to what TorchSharp 0.99.6 and the newest have in common. Some calls in place answer with the tensor itself
/// in one and with a second handle in the other: those end with the scope of the call.
/// </remarks>
internal sealed class TorchBackend : IMlpBackend
{
    private readonly torch.Device _device;

    /// <param name="device">Cuda demands it; null takes it where there is a device.</param>
    /// <exception cref="InvalidOperationException">The native library does not load, or there is no CUDA device though
    /// it is demanded.</exception>
    public TorchBackend(ScoringDevice? device = null)
    {
        TorchLibrary.Load();
        // Who demands the processor does not load what belongs to CUDA.
        var available = device != ScoringDevice.Cpu && torch.cuda.is_available();
        if (device == ScoringDevice.Cuda && !available)
            throw new InvalidOperationException(
                "Scoring:Device is 'Cuda', but TorchSharp finds no CUDA device. It takes one with NVIDIA's driver and "
                + "a build with -p:TorchPackage=TorchSharp-cuda-linux; Auto takes the processor where there is none.");
        IsCuda = available;
        _device = torch.device(IsCuda ? "cuda" : "cpu");
        // The silo's own scoring threads share the processors; a second pool below them would take those of the actors.
        if (!IsCuda) torch.set_num_threads(1);
    }

    public string Name => IsCuda ? "TorchSharp on CUDA" : "TorchSharp on the processor";

    /// <summary>Tensors that nobody has disposed yet, in the whole process; for tests.</summary>
    internal static long LiveTensors => Tensor.TotalCount;

    /// <summary>Threads of the library that one scoring thread of ours may use.</summary>
    internal static int ThreadsPerCall => torch.get_num_threads();

    private bool IsCuda { get; }

    public IMlpSession Open(Mlp mlp)
    {
        ArgumentNullException.ThrowIfNull(mlp);
        return new Session(mlp, _device, IsCuda);
    }

    /// <summary>
    /// Weights and inputs live as long as the session, in tensors that are written in place; what a call makes besides
    /// them ends with its dispose scope. Inputs for a device are staged in pinned memory, from which it copies by
    /// itself. A lock keeps the native memory of a running call from being freed under it.
    /// </summary>
    private sealed class Session : IMlpSession
    {
        private readonly Lock _running = new();
        private readonly Mlp _mlp;
        private readonly torch.Device _device;
        private readonly bool _isCuda;
        private readonly Gelu? _gelu;
        private readonly Func<Tensor, Tensor> _activate;
        private readonly Tensor _stagedParameters;
        private readonly Tensor _parameters;
        private readonly List<Tensor> _weights = [];
        private readonly List<Tensor> _biases = [];
        private readonly Tensor? _wide;
        private Tensor? _stagedRows;
        private Tensor? _rows;
        private int _capacity;
        private bool _hasLoaded;
        private bool _isDisposed;

        public Session(Mlp mlp, torch.Device device, bool isCuda)
        {
            (_mlp, _device, _isCuda) = (mlp, device, isCuda);
            _gelu = mlp.Activation == Activation.Gelu ? new() : null;
            _activate = mlp.Activation switch
            {
                Activation.Relu => static sums => sums.relu_(),
                Activation.Gelu => _gelu!.Of,
                Activation.Sigmoid => static sums => sums.sigmoid_(),
                var other => throw new NotSupportedException(
                    $"TorchBackend does not compute the activation '{other}'; score with Scoring=Managed."),
            };
            _stagedParameters = Staging(mlp.ParameterCount);
            _parameters = isCuda ? Kept(torch.zeros([mlp.ParameterCount], device: device)) : _stagedParameters;
            var at = 0;
            for (var l = 0; l + 1 < mlp.Sizes.Length; l++)
            {
                var (ins, outs) = (mlp.Sizes[l], mlp.Sizes[l + 1]);
                _weights.Add(View(at, ins, outs));
                at += ins * outs;
                // The last layer has no bias.
                if (l + 2 == mlp.Sizes.Length) continue;

                _biases.Add(View(at, 1, outs));
                at += outs;
            }
            if (mlp.Wide) _wide = View(at, mlp.Inputs, 1);
        }

        public void Forward(float[] parameters, ReadOnlySpan<float> x, int batch, Span<float> outputs)
        {
            Check(parameters, x.Length, batch, outputs.Length);
            lock (_running)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (batch == 0) return;

                using var scope = torch.NewDisposeScope();
                using var withoutGradients = torch.no_grad();
                Load(parameters);
                Reserve(batch);
                MemoryMarshal.AsBytes(x[..(batch * _mlp.Inputs)]).CopyTo(_stagedRows!.bytes);
                var rows = _rows!.narrow(0, 0, batch);
                if (_isCuda) rows.copy_(_stagedRows.narrow(0, 0, batch), nonBlocking: true);
                var answers = Compute(rows);
                // Reading from a device waits for it, so the staging memory is free again.
                if (_isCuda) answers = answers.cpu();
                MemoryMarshal.Cast<byte, float>(answers.bytes).CopyTo(outputs);
            }
        }

        public void Dispose()
        {
            lock (_running)
            {
                if (_isDisposed) return;

                _isDisposed = true;
                foreach (var tensor in (Tensor?[])[.. _weights, .. _biases, _wide, _rows, _parameters])
                    tensor?.Dispose();
                _stagedRows?.Dispose();
                _stagedParameters.Dispose();
                _gelu?.Dispose();
            }
        }

        private Tensor Compute(Tensor rows)
        {
            var hidden = rows;
            for (var l = 0; l < _biases.Count; l++)
            {
                var sums = _biases[l].addmm(hidden, _weights[l]);
                hidden = _activate(sums);
            }
            var logits = hidden.mm(_weights[^1]);
            return _wide is null ? logits : logits.addmm_(rows, _wide);
        }

        /// <summary>
        /// By content: arrays of released snapshots are written again, so the same array may hold other weights. To
        /// compare costs less than one row of the batch, which reads them all too.
        /// </summary>
        private void Load(float[] parameters)
        {
            var given = MemoryMarshal.AsBytes(parameters.AsSpan());
            var loaded = _stagedParameters.bytes;
            if (_hasLoaded && given.SequenceEqual(loaded)) return;

            // Should the copy to the device fail, the next call does not take it for done.
            _hasLoaded = false;
            given.CopyTo(loaded);
            if (_isCuda) _parameters.copy_(_stagedParameters);
            _hasLoaded = true;
        }

        private void Reserve(int batch)
        {
            if (batch <= _capacity) return;

            var capacity = Math.Max(batch, 2 * _capacity);
            var staged = Staging(capacity, _mlp.Inputs);
            var rows = _isCuda ? Kept(torch.zeros([capacity, _mlp.Inputs], device: _device)) : staged;
            _stagedRows?.Dispose();
            if (_isCuda) _rows?.Dispose();
            (_stagedRows, _rows, _capacity) = (staged, rows, capacity);
        }

        private Tensor Staging(params long[] shape)
        {
            var pageable = torch.zeros(shape);
            if (!_isCuda) return Kept(pageable);

            using (pageable) return Kept(pageable.pin_memory());
        }

        private Tensor View(int at, int rows, int columns)
        {
            using var flat = _parameters.narrow(0, at, rows * columns);
            return Kept(flat.reshape(rows, columns));
        }

        /// <summary>Outlives whatever dispose scope the caller has open.</summary>
        private static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();

        private void Check(float[] parameters, int inputs, int batch, int outputs)
        {
            if (parameters.Length != _mlp.ParameterCount || batch < 0 || inputs < (long)batch * _mlp.Inputs
                || outputs < batch)
                throw new ArgumentException(
                    $"A batch of {batch} needs {_mlp.ParameterCount} parameters, {(long)batch * _mlp.Inputs} inputs "
                    + $"and room for {batch} outputs; got {parameters.Length}, {inputs} and {outputs}.");
        }
    }

    /// <summary>
    /// The tanh approximation, as <see cref="Activation.Gelu"/>; the library of 0.99.6 has the exact one only. Its
    /// constants are kept: every number passed as such is native memory until a finalizer comes.
    /// </summary>
    private sealed class Gelu : IDisposable
    {
        private const float Slope = 0.7978845608f;

        private readonly Scalar _cubic = Slope * 0.044715f;
        private readonly Scalar _slope = Slope;
        private readonly Scalar _one = 1f;
        private readonly Scalar _half = 0.5f;

        /// <summary>x (1 + tanh(slope x + cubic x³)) / 2.</summary>
        public Tensor Of(Tensor x) =>
            x.mul(x).mul_(_cubic).add_(_slope, _one).mul_(x).tanh_().add_(_one, _one).mul_(x).mul_(_half);

        public void Dispose()
        {
            foreach (var number in (Scalar[])[_cubic, _slope, _one, _half]) number.Dispose();
        }
    }
}
