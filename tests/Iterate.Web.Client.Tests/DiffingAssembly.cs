using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Iterate.Web.Client.Tests;

/// <summary>
/// bUnit asks for AngleSharp.Diffing 1.0, of which some registries carry only 0.17. The runtime refuses a lower version
/// unless it is handed one. Delete together with the pin in Directory.Packages.props.
/// </summary>
internal static class DiffingAssembly
{
    [ModuleInitializer]
    internal static void AcceptOlder() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        string.Equals(name.Name, "AngleSharp.Diffing", StringComparison.Ordinal)
            ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "AngleSharp.Diffing.dll"))
            : null;
}
