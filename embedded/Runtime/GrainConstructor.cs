using System.Reflection;
using Engage.Embedded.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>
/// Constructs grains of one class: dependencies from the activation's scope, or from the silo when all of them are
/// singletons, which spares the scope; stored states made for it.
/// </summary>
/// <remarks>The constructor is looked up and compiled once, at the first activation.</remarks>
internal sealed class GrainConstructor(GrainClass grainClass)
{
    private readonly Lazy<Recipe> _recipe = new(() => Recipe.For(grainClass));

    public object Construct(Activation activation)
    {
        var recipe = _recipe.Value;
        var states = recipe.States.Length == 0 ? [] : new object[recipe.States.Length];
        for (var i = 0; i < states.Length; i++)
            states[i] = recipe.States[i](activation);
        var services = recipe.NeedsScope ? activation.ActivationServices : activation.Class.Silo.Services;
        return recipe.Factory(services, states);
    }

    /// <param name="NeedsScope">False when the silo's own services are all there is to inject.</param>
    private sealed record Recipe(ObjectFactory Factory, Func<Activation, object>[] States, bool NeedsScope)
    {
        public static Recipe For(GrainClass grainClass)
        {
            var type = grainClass.Type;
            var lifetimes = grainClass.Silo.Services.GetService<ServiceLifetimes>();
            var parameters = ConstructorOf(type).GetParameters();
            var states = Array.FindAll(parameters, p => p.IsDefined(typeof(PersistentStateAttribute), true));
            return new(
                ActivatorUtilities.CreateFactory(type, states.Select(state => state.ParameterType).ToArray()),
                states.Select(PersistentState.FactoryFor).ToArray(),
                parameters.Except(states).Any(parameter => lifetimes?.IsSingleton(parameter) is not true));
        }

        private static ConstructorInfo ConstructorOf(Type type)
        {
            var constructors = type.GetConstructors();
            return constructors.FirstOrDefault(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
                ?? constructors.MaxBy(constructor => constructor.GetParameters().Length)
                ?? throw new OrleansConfigurationException($"Grain class {type} has no public constructor.");
        }
    }
}
