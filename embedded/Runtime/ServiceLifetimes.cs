using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Embedded.Runtime;

/// <summary>Knows what is registered, and for how long it lives: a provider does not tell.</summary>
internal sealed class ServiceLifetimes(IServiceCollection services)
{
    /// <summary>True when the parameter is certainly given the same object whichever scope it comes from.</summary>
    public bool IsSingleton(ParameterInfo parameter)
    {
        if (parameter.IsDefined(typeof(FromKeyedServicesAttribute)))
            return false;
        var type = parameter.ParameterType;
        var registered = Last(type) ?? (type.IsGenericType ? Last(type.GetGenericTypeDefinition()) : null);
        return registered is { Lifetime: ServiceLifetime.Singleton };
    }

    private ServiceDescriptor? Last(Type type) =>
        services.LastOrDefault(service => !service.IsKeyedService && service.ServiceType == type);
}
