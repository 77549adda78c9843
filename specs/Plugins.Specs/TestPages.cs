using System.Globalization;

namespace Iterate.Specs.Plugins.Specs;

/// <summary>Pages that several specs open.</summary>
public static class TestPages
{
    public const string Spinner = """<i data-spinner="true">o</i>""";

    /// <summary>Longer than any wait in these specs.</summary>
    public const int TooLate = 15_000;

    /// <summary>Shows something first and in its place, so long after the first action began, a button "Ready".</summary>
    public static string ReadyAfter(int milliseconds, string first) => string.Create(CultureInfo.InvariantCulture, $$"""
        <div id=place>{{first}}</div>
        <script>
        window.begin = () => setTimeout(() => { document.getElementById('place').innerHTML = '<button>Ready</button>'; }, {{milliseconds}});
        </script>
        """);
}
