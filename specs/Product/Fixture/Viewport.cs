using Microsoft.Playwright;

namespace Iterate.Specs;

/// <summary>The two screens the product is made for (requirement W-20).</summary>
public static class Viewport
{
    /// <summary>375 × 812.</summary>
    public static ViewportSize Phone => new() { Width = 375, Height = 812 };

    /// <summary>1280 × 800.</summary>
    public static ViewportSize Desktop => new() { Width = 1280, Height = 800 };
}
