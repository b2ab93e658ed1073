using Engage.Embedded.CodeGeneration;
using Engage.Embedded.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization.Invocation;
using Orleans.TestingHost;

namespace Engage.Embedded.Tests;

/// <summary>The seams that call filters and isolation of arguments are built on.</summary>
public sealed class InterceptorTests : IAsyncLifetime
{
    private readonly Recorder _recorder = new();
    private readonly Copier _copier = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestSilo.StartAsync(silo =>
    {
        silo.Services.AddSingleton<CallInterceptor>(_recorder);
        silo.Services.AddSingleton<ICallCopier>(_copier);
    });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task BothSidesSeeMethodArgumentsAndResult()
    {
        var answer = await Grain("seen").Say("good", "morning").AsTask().Soon();

        Assert.Equal("good morning", answer);
        Assert.Equal(
            ["out Say(good, morning)", "in Say(good, morning)", "good morning", "good morning"], _recorder.Seen);
    }

    [Fact]
    public async Task ArgumentsCanBeReplacedBeforeTheyAreSent()
    {
        _recorder.OnCall = call => call.SetArgument(1, "night");

        Assert.Equal("good night", await Grain("changed").Say("good", "morning").AsTask().Soon());
    }

    [Fact]
    public async Task ACallCanBeSentAgain()
    {
        _recorder.Sends = 3;

        await Grain("again").Note().Soon();

        _recorder.Sends = 1;
        Assert.Equal(3, await Grain("again").CountWhatRan().Soon());
    }

    [Fact]
    public async Task ExceptionsCrossFilters()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Grain("fails").FailWith(new InvalidOperationException("no")).Soon());

        Assert.Equal("no", failure.Message);
    }

    [Fact]
    public async Task OneWayCallsPassToo()
    {
        var gate = new Gate();

        await Grain("one-way").Send(gate).Soon();
        await gate.Reached;
        gate.Open();

        Assert.Contains(_recorder.Seen, line => line.StartsWith("in Send", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ArgumentsAndResultsAreCopied()
    {
        await Grain("copied").Say("a", "b").AsTask().Soon();

        Assert.Equal(["a", "b", "a b"], _copier.Copied);
    }

    [Fact]
    public async Task ReferencesAndTokensAreNotCopied()
    {
        await Grain("references").NameOf(Grain("other")).Soon();

        Assert.Equal(["other", "other"], _copier.Copied);
    }

    private ICallGrain Grain(string key) => _cluster.Client.GetGrain<ICallGrain>(key);

    private sealed class Recorder : CallInterceptor
    {
        private readonly Lock _lock = new();
        private readonly List<string> _seen = [];

        public Action<IInvokable>? OnCall { get; set; }

        public int Sends { get; set; } = 1;

        public string[] Seen
        {
            get
            {
                lock (_lock)
                    return [.. _seen];
            }
        }

        public override bool InterceptsOutgoing => true;

        public override bool InterceptsIncoming(Type grainClass) => grainClass == typeof(CallGrain);

        public override async Task<Response> CallAsync(
            GrainProxy target, Invocation call, CancellationToken cancellationToken)
        {
            See($"out {Describe(call)}");
            OnCall?.Invoke(call);
            Response? response = null;
            for (var i = 0; i < Sends; i++)
                response = await target.SendAsync(call, cancellationToken);
            See(response!.ToString());
            return response;
        }

        public override async Task<Response> ReceiveAsync(IGrainContext context, Invocation call)
        {
            See($"in {Describe(call)}");
            var response = await ((IInvokable)call).Invoke();
            See(response.ToString());
            return response;
        }

        private static string Describe(IInvokable call) =>
            $"{call.GetMethod().Name}({string.Join(", ", Arguments(call))})";

        private static IEnumerable<object?> Arguments(IInvokable call) =>
            Enumerable.Range(0, call.GetArgumentCount()).Select(call.GetArgument);

        private void See(string line)
        {
            lock (_lock)
                _seen.Add(line);
        }
    }

    private sealed class Copier : ICallCopier
    {
        private readonly Lock _lock = new();
        private readonly List<object?> _copied = [];

        public object?[] Copied
        {
            get
            {
                lock (_lock)
                    return [.. _copied];
            }
        }

        public T Copy<T>(T value)
        {
            lock (_lock)
                _copied.Add(value);
            return value;
        }
    }
}
