using System.Reflection;
using Microsoft.Playwright;

namespace Iterate.Specs.Plugins.Wrapping;

/// <summary>
/// The way back to Playwright's own objects. Its implementation casts what it is given to its own classes, so nothing
/// wrapped may reach it.
/// </summary>
public static class Unwrapping
{
    /// <summary>Playwright's own object behind a wrapped one; for libraries that need it.</summary>
    public static T Unwrap<T>(this T wrapped)
        where T : class => (T)Raw(wrapped);

    /// <summary>Arguments fit for Playwright, options objects that hold something wrapped replaced by copies.</summary>
    internal static object?[] UnwrapAll(IEnumerable<object?> args) => [.. args.Select(UnwrapArgument)];

    private static object? UnwrapArgument(object? argument) =>
        argument is not null && IsOptions(argument.GetType()) ? UnwrapOptions(argument) : UnwrapValue(argument);

    private static bool IsOptions(Type type) =>
        type.Assembly == typeof(IPage).Assembly && type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static object UnwrapOptions(object options)
    {
        var copy = OptionsCopy.Of(options);
        foreach (var property in OptionsCopy.PropertiesOf(options.GetType()))
        {
            property.SetValue(copy, UnwrapValue(property.GetValue(options)));
        }

        return copy;
    }

    private static object? UnwrapValue(object? value) => value switch
    {
        null => null,
        IEnumerable<ILocator> locators => locators.Select(locator => locator.Unwrap()).ToArray(),
        _ => Raw(value),
    };

    private static object Raw(object value) => value is PlaywrightProxy proxy ? proxy.Target : value;
}

/// <summary>Playwright's options are classes with settable properties; the caller's own instance is never changed.</summary>
internal static class OptionsCopy
{
    public static object Of(object options)
    {
        var copy = Activator.CreateInstance(options.GetType())!;
        foreach (var property in PropertiesOf(options.GetType()))
        {
            property.SetValue(copy, property.GetValue(options));
        }

        return copy;
    }

    public static IEnumerable<PropertyInfo> PropertiesOf(Type options) =>
        options.GetProperties().Where(property => property is { CanRead: true, CanWrite: true });
}
