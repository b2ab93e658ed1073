using System.Reflection;
using Orleans.Runtime;

namespace Engage.Grains.Tests;

public sealed class BoundaryTests
{
    /// <summary>So the tests of contracts see everything that crosses.</summary>
    [Theory]
    [InlineData("Engage.Grains")]
    [InlineData("Engage.Silo")]
    public void GrainInterfacesLiveInContractsOnly(string assembly) => Assert.DoesNotContain(
        Assembly.Load(assembly).GetTypes(), type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)));
}
