using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.Playwright;

namespace Iterate.Specs.Plugins.Wrapping;

/// <summary>
/// A wait for an address, as many short ones. Playwright looks at the address and only then listens for changes, on
/// another thread than the one that hears of them: a change in between is lost (microsoft/playwright-dotnet#3364). The
/// next look finds it.
/// </summary>
internal static class AddressWait
{
    private const float Default = 30_000;
    private const float OneLook = 500;

    public static bool Is(object target, MethodInfo method) =>
        target is IPage or IFrame && method.Name == nameof(IPage.WaitForURLAsync);

    /// <param name="target">The page or frame.</param>
    /// <param name="timeout">Milliseconds in all; null is Playwright's own.</param>
    /// <param name="look">Waits, for so many milliseconds.</param>
    /// <exception cref="TimeoutException">Another address is shown still; the message holds it.</exception>
    public static async Task RunAsync(object target, float? timeout, Func<float, Task> look)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var left = (timeout ?? Default) - (float)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            try
            {
                await look(Math.Clamp(left, 1, OneLook));
                return;
            }
            catch (TimeoutException) when (left > OneLook)
            {
                // Looks again.
            }
            catch (TimeoutException exception)
            {
                var address = target is IFrame frame ? frame.Url : ((IPage)target).Url;
                throw new TimeoutException(
                    string.Create(CultureInfo.InvariantCulture, $"The address is still {address} after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s."), exception);
            }
        }
    }
}
