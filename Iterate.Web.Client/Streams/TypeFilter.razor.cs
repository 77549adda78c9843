using Iterate.Domain.Api;
using Microsoft.AspNetCore.Components;

namespace Iterate.Web.Client.Streams;

/// <summary>The type part of the filter bar (requirement S-174).</summary>
public sealed partial class TypeFilter
{
    /// <summary>Name of the sheet in the URL's <c>panel</c>.</summary>
    public const string Panel = "types";

    /// <summary>Slug of the project.</summary>
    [Parameter, EditorRequired]
    public required string Project { get; set; }

    /// <summary>Path of the stream.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>Types in the URL; empty means all.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Selected { get; set; }

    /// <summary>The sheet is open.</summary>
    [Parameter]
    public bool Open { get; set; }

    [Inject]
    private IStreamsApi Streams { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private CountResponse? Counts { get; set; }

    private HashSet<string> Chosen { get; set; } = [];

    private string Summary => Selected.Count == 1 ? Selected[0] : $"{Selected.Count} types";

    private string OpenUrl => UrlWith(Selected, open: true);

    private string CloseUrl => UrlWith(Selected, open: false);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (!Open)
        {
            Counts = null;
            Chosen = [.. Selected];
        }
        else if (Counts is null && RendererInfo.IsInteractive)
        {
            Chosen = [.. Selected];
            Counts = await Streams.CountAsync(new(Project, Path), CancellationToken.None);
        }
    }

    private void Toggle(string type)
    {
        if (!Chosen.Remove(type))
        {
            Chosen.Add(type);
        }
    }

    private void Apply() => Navigation.NavigateTo(UrlWith([.. Chosen.Order(StringComparer.Ordinal)], open: false));

    private string UrlWith(IReadOnlyCollection<string> types, bool open) => Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["types"] = types.Count == 0 ? null : string.Join(',', types),
            ["panel"] = open ? Panel : null,
        });
}
