using System.Reflection;
using Xunit.Sdk;

namespace Engage.Silo.Tests;

/// <summary>One backend and what else the test takes; skipped, with the reason, where this build has it not.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class BackendDataAttribute : DataAttribute
{
    /// <summary>Tests that count what is alive in the whole process run one after the other.</summary>
    public const string Collection = "backends";

    private readonly object[] _data;

    public BackendDataAttribute(string backend, params object[] more)
    {
        _data = [backend, .. more];
        Skip = backend == "Torch" ? ScoringBackends.TorchMissing : null;
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [_data];
}
