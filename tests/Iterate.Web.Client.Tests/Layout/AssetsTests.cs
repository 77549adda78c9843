using System.Text.RegularExpressions;

namespace Iterate.Web.Client.Tests.Layout;

public sealed partial class AssetsTests : KitTest
{
    private static string ClientFolder
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Iterate.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
            }

            return Path.Combine(folder.FullName, "Iterate.Web.Client");
        }
    }

    [Fact]
    public void every_stylesheet_of_ours_is_linked_and_exists()
    {
        var linked = HeadAssets.Stylesheets.Where(sheet => sheet.StartsWith("_content/Iterate", StringComparison.Ordinal)).Select(Path.GetFileName);
        var present = Directory.GetFiles(Path.Combine(ClientFolder, "wwwroot", "css")).Select(Path.GetFileName);
        linked.ShouldBe(present, ignoreOrder: true);
    }

    [Fact]
    public void every_module_the_shell_imports_is_preloaded()
    {
        var shell = File.ReadAllText(Path.Combine(ClientFolder, "wwwroot", "js", "shell.js"));
        var imported = Imports().Matches(shell).Select(match => match.Groups["module"].Value).ToList();
        imported.ShouldNotBeEmpty();
        imported.ShouldAllBe(module => HeadAssets.Modules.Contains($"_content/Iterate.Web.Client/js/{module}"));
    }

    [Fact]
    public void components_write_no_colour_of_their_own()
    {
        var ours = Directory.GetFiles(Path.Combine(ClientFolder, "wwwroot", "css")).Where(file => Path.GetFileName(file) is not ("tokens.css" or "radzen-bridge.css"));
        foreach (var file in ours)
        {
            HexColours().Matches(File.ReadAllText(file)).Select(match => match.Value).ShouldBeEmpty(file);
        }
    }

    [GeneratedRegex("import '\\./(?<module>.+?)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Imports();

    [GeneratedRegex(":[^;{]*#[0-9a-fA-F]{3,8}\\b", RegexOptions.None, 1000)]
    private static partial Regex HexColours();
}
