using System.Diagnostics;
using System.Text;
using Microsoft.Playwright;

namespace Iterate.Specs.Plugins;

/// <summary>
/// A failed action, still of the type that Playwright throws, with advice and the log of the wait in its message.
/// </summary>
/// <remarks>
/// The original is not an inner exception: runners print those with all their frames, and a reader is to see the
/// line of the spec.
/// </remarks>
public sealed class ActionException(string message) : PlaywrightException(message)
{
    /// <inheritdoc/>
    public override string? StackTrace => SpecFrames.Of(this, base.StackTrace);
}

/// <inheritdoc cref="ActionException"/>
public sealed class ActionTimeoutException(string message) : TimeoutException(message)
{
    /// <inheritdoc/>
    public override string? StackTrace => SpecFrames.Of(this, base.StackTrace);
}

internal static class ActionFailure
{
    public static bool IsOne(Exception exception) => exception is TimeoutException or PlaywrightException;

    public static Exception Describe(Exception cause, ActionContext context)
    {
        var message = new StringBuilder(cause.Message.TrimEnd());
        message.AppendLine().AppendLine();
        foreach (var advice in context.Advice)
        {
            message.AppendLine(Ansi.Colored(advice));
        }

        message.Append(context.Method).Append(" on ").Append(context.Locator).AppendLine(":");
        message.Append(context.Log);
        return cause is TimeoutException ? new ActionTimeoutException(message.ToString()) : new ActionException(message.ToString());
    }
}

internal static class Ansi
{
    private const char Escape = '\u001b';
    private static readonly bool Wanted = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public static string Colored(Advice advice) => Wanted
        ? $"{Escape}[{(advice.Color == AdviceColor.Red ? 31 : 33)}m{advice.Line}{Escape}[0m"
        : advice.Line;
}

/// <summary>Cuts this library's frames and those of the generated proxies out of a trace.</summary>
internal static class SpecFrames
{
    public static string? Of(Exception exception, string? thrown)
    {
        if (thrown is null)
        {
            return null;
        }

        var frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames();
        return new StackTrace(frames.Where(frame => !IsOurs(frame) && !IsHidden(frame))).ToString().TrimEnd();
    }

    public static bool IsOurs(StackFrame frame) =>
        frame.GetMethod()?.DeclaringType?.Assembly is { } assembly
        && (assembly == typeof(SpecFrames).Assembly || assembly.IsDynamic || assembly.GetName().Name is "ProxyBuilder");

    // The runtime hides its awaiters, except where one of them is the last frame.
    private static bool IsHidden(StackFrame frame) =>
        frame.GetMethod() is { } method
        && (method.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false)
            || method.DeclaringType?.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false) == true);
}
