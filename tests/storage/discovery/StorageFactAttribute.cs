using Xunit.Abstractions;
using Xunit.Sdk;

namespace Engage.Storage.Tests;

/// <summary>A test of a suite that runs on every database.</summary>
[XunitTestCaseDiscoverer("Engage.Storage.Tests.StorageFactDiscoverer", "Engage.Storage.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class StorageFactAttribute : FactAttribute;

/// <inheritdoc cref="StorageFactAttribute"/>
[XunitTestCaseDiscoverer("Engage.Storage.Tests.StorageTheoryDiscoverer", "Engage.Storage.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class StorageTheoryAttribute : TheoryAttribute;

/// <summary>On a class: where PostgreSQL is missing, its tests are reported as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPostgresAttribute : Attribute;

public sealed class StorageFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        Skipped.For(discoveryOptions, testMethod, DiagnosticMessageSink)
        ?? base.Discover(discoveryOptions, testMethod, factAttribute);
}

public sealed class StorageTheoryDiscoverer(IMessageSink sink) : TheoryDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        Skipped.For(discoveryOptions, testMethod, DiagnosticMessageSink)
        ?? base.Discover(discoveryOptions, testMethod, theoryAttribute);
}

internal static class Skipped
{
    public static IEnumerable<IXunitTestCase>? For(
        ITestFrameworkDiscoveryOptions options, ITestMethod method, IMessageSink sink) =>
        Engage.Postgres.PostgresBinaries.Missing is { } reason
        && method.TestClass.Class.GetCustomAttributes(typeof(NeedsPostgresAttribute)).Any()
            ? [new XunitSkippedDataRowTestCase(
                sink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, reason)]
            : null;
}
