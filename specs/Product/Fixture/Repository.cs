namespace Iterate.Specs;

/// <summary>Where things lie in the checkout the specs were built from.</summary>
internal static class Repository
{
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory);

    /// <summary>Folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>What a run leaves for a person to look at; not in version control.</summary>
    public static string Artifacts { get; } = Path.Combine(Root, "artifacts");

    /// <summary>Some 300 real events, one per line; the stream they make starts with <c>stream/created</c>.</summary>
    public static string CommitsSample { get; } = Path.Combine(Root, "tests", "data", "commits-sample.ndjson");

    /// <summary>The built host, in the configuration of these specs.</summary>
    public static string WebAssembly { get; } =
        Path.Combine(Root, "Iterate.Web", "bin", Output.Parent!.Name, Output.Name, "Iterate.Web.dll");

    private static string FindRoot()
    {
        var folder = Output;
        while (!File.Exists(Path.Combine(folder.FullName, "Iterate.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Iterate.sln.");
        }

        return folder.FullName;
    }
}
