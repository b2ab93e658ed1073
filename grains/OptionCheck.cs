using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engage.Grains;

/// <summary>Settings are looked at when the silo starts, not when somebody first needs them.</summary>
internal static class OptionCheck
{
    /// <param name="check">Throws an <see cref="ArgumentException"/> that names the setting, and what it must
    /// be.</param>
    public static void AddChecked<T>(this IServiceCollection services, IConfigurationSection section, Action<T> check)
        where T : class
    {
        // Lists that are set replace the defaults; the binder would append to them.
        services.AddOptions<T>().Configure(options => ClearLists(options, section)).Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new Validation<T>(check));
    }

    private static void ClearLists(object options, IConfigurationSection section)
    {
        foreach (var part in section.GetChildren().Where(child => child.GetChildren().Any()))
        {
            var property = options.GetType().GetProperties().FirstOrDefault(
                one => string.Equals(one.Name, part.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null) continue;
            if (property.PropertyType.IsGenericType && property.GetValue(options) is IList)
                property.SetValue(options, Array.CreateInstance(property.PropertyType.GetGenericArguments()[0], 0));
            else if (property.GetValue(options) is { } inner)
                ClearLists(inner, part);
        }
    }

    private sealed class Validation<T>(Action<T> check) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            try
            {
                check(options);
                return ValidateOptionsResult.Success;
            }
            catch (ArgumentException exception)
            {
                return ValidateOptionsResult.Fail(exception.Message);
            }
        }
    }
}
