using System.Runtime.CompilerServices;
using Xunit;

namespace Iterate.Specs;

/// <summary>A spec: a test that may take 120 seconds (requirement W-20).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SpecAttribute : FactAttribute
{
    /// <summary>The parameters are the compiler's.</summary>
    public SpecAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = 120_000;
}
