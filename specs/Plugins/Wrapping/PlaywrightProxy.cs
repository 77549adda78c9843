using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Iterate.Specs.Plugins.Wrapping;

/// <summary>Stands in for one Playwright object.</summary>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "DispatchProxy derives the proxies from it at run time.")]
internal class PlaywrightProxy : DispatchProxy
{
    private object? _target;
    private PlaywrightWrapper? _wrapper;

    public object Target => _target!;

    public static object Create(Type face, object target, PlaywrightWrapper wrapper)
    {
        var proxy = (PlaywrightProxy)Create(face, typeof(PlaywrightProxy));
        proxy._target = target;
        proxy._wrapper = wrapper;
        return proxy;
    }

    public override string ToString() => Target.ToString()!;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _wrapper!.Invoke(Target, targetMethod!, args ?? []);
}
