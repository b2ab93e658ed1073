using System.Reflection;
using Engage.Embedded.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Engage.Embedded.Runtime;

/// <summary>
/// Constructs grains of one class: dependencies from the activation's scope, stored states made for it.
/// </summary>
/// <remarks>The constructor is looked up and compiled once, at the first activation.</remarks>
internal sealed class GrainConstructor(GrainClass grainClass)
{
    private readonly Lazy<Recipe> _recipe = new(() => Recipe.For(grainClass.Type));

    public object Construct(Activation activation)
    {
        var recipe = _recipe.Value;
        var states = recipe.States.Length == 0 ? [] : new object[recipe.States.Length];
        for (var i = 0; i < states.Length; i++)
            states[i] = recipe.States[i](activation);
        var services = recipe.NeedsServices ? activation.ActivationServices : activation.Class.Silo.Services;
        return recipe.Factory(services, states);
    }

    private sealed record Recipe(ObjectFactory Factory, Func<Activation, object>[] States, bool NeedsServices)
    {
        public static Recipe For(Type type)
        {
            var parameters = ConstructorOf(type).GetParameters();
            var states = Array.FindAll(parameters, p => p.IsDefined(typeof(PersistentStateAttribute), true));
            return new(
                ActivatorUtilities.CreateFactory(type, states.Select(state => state.ParameterType).ToArray()),
                states.Select(PersistentState.FactoryFor).ToArray(),
                parameters.Length > states.Length);
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
