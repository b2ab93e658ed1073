using System.Runtime.InteropServices;
using Engage.Neural;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Engage.Silo;

/// <summary>
/// The ranker's forward pass by TorchSharp, on CUDA where there is a device, else on the processor; compiled when
/// Scoring=Torch. The weights are the same flat array as everywhere, copied when a session meets another one.
/// </summary>
internal sealed class TorchBackend : IMlpBackend
{
    private readonly torch.Device _device;

    public TorchBackend()
    {
        IsCuda = torch.cuda.is_available();
        _device = torch.device(IsCuda ? "cuda" : "cpu");
        // The silo's own scoring threads share the processors; a second pool below them would take those of the actors.
        if (!IsCuda) torch.set_num_threads(1);
    }

    public string Name => IsCuda ? "TorchSharp on CUDA" : "TorchSharp on the processor";

    private bool IsCuda { get; }

    public IMlpSession Open(Mlp mlp)
    {
        ArgumentNullException.ThrowIfNull(mlp);
        return new Session(mlp, _device, IsCuda);
    }

    /// <summary>
    /// Weights and inputs live as long as the session, in tensors that are written in place; what a call makes besides
    /// them ends with its dispose scope. Inputs for a device are staged in pinned memory, from which it copies by
    /// itself.
    /// </summary>
    private sealed class Session : IMlpSession
    {
        private readonly Mlp _mlp;
        private readonly torch.Device _device;
        private readonly bool _isCuda;
        private readonly Tensor _stagedParameters;
        private readonly Tensor _parameters;
        private readonly List<Tensor> _weights = [];
        private readonly List<Tensor> _biases = [];
        private readonly Tensor? _wide;
        private Tensor? _stagedRows;
        private Tensor? _rows;
        private float[]? _loaded;
        private int _capacity;

        public Session(Mlp mlp, torch.Device device, bool isCuda)
        {
            (_mlp, _device, _isCuda) = (mlp, device, isCuda);
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

        public void Dispose()
        {
            foreach (var tensor in (Tensor?[])[.. _weights, .. _biases, _wide, _rows, _parameters])
                tensor?.Dispose();
            _stagedRows?.Dispose();
            _stagedParameters.Dispose();
        }

        private Tensor Compute(Tensor rows)
        {
            var hidden = rows;
            for (var l = 0; l < _biases.Count; l++) hidden = Activate(_biases[l].addmm(hidden, _weights[l]));
            var sums = hidden.mm(_weights[^1]);
            return _wide is null ? sums : sums.add_(rows.mm(_wide));
        }

        /// <summary>The tanh approximation, as in <see cref="Activation.Gelu"/>; the library has another.</summary>
        private Tensor Activate(Tensor x) => _mlp.Activation == Activation.Relu
            ? x.relu_()
            : x * (((((x * x * x) * 0.044715f) + x) * 0.7978845608f).tanh() + 1f) * 0.5f;

        private void Load(float[] parameters)
        {
            if (ReferenceEquals(_loaded, parameters)) return;

            MemoryMarshal.AsBytes(parameters.AsSpan()).CopyTo(_stagedParameters.bytes);
            if (_isCuda) _parameters.copy_(_stagedParameters);
            _loaded = parameters;
        }

        private void Reserve(int batch)
        {
            if (batch <= _capacity) return;

            _capacity = Math.Max(batch, 2 * _capacity);
            _stagedRows?.Dispose();
            if (_isCuda) _rows?.Dispose();
            _stagedRows = Staging(_capacity, _mlp.Inputs);
            _rows = _isCuda ? Kept(torch.zeros([_capacity, _mlp.Inputs], device: _device)) : _stagedRows;
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
            if (parameters.Length != _mlp.ParameterCount || batch < 0 || inputs < batch * _mlp.Inputs
                || outputs < batch)
                throw new ArgumentException(
                    $"A batch of {batch} needs {_mlp.ParameterCount} parameters, {batch * _mlp.Inputs} inputs and room "
                    + $"for {batch} outputs; got {parameters.Length}, {inputs} and {outputs}.");
        }
    }
}
