using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

public sealed class TwoNodesSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    /// <summary>Together less than what a list keeps of a flood, one screen and a half: so both show all rows, however they came.</summary>
    private const int Each = 15;

    /// <summary>Script: offsets and texts of the rows, in their order on the screen.</summary>
    private const string Rows = "() => [...document.querySelectorAll('[data-testid=event-row]')].map(row => `${row.dataset.offset} ${row.querySelector('.it-row-preview').textContent}`)";

    protected override bool NeedsOwnServer => true;

    [Spec]
    public async Task two_people_on_two_nodes_see_the_same_rows_while_both_append()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 1);
        await using var node = await Server.StartBesideAsync();
        using var api = Api.At(node);
        await using var other = await Page.Context.Browser!.NewContextAsync(
            new() { BaseURL = node.Address.AbsoluteUri, StorageState = await Page.Context.StorageStateAsync(), ViewportSize = Viewport.Phone });
        var page = await other.NewPageAsync();
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(2).WaitForAsync();
        await page.EventRow(2).WaitForAsync();

        await Task.WhenAll(AppendAsync(Api, "here"), AppendAsync(api, "there"));
        await Page.EventStream("[data-following=true][data-last='32']").WaitForAsync();
        await page.EventStream("[data-following=true][data-last='32']").WaitForAsync();
        var rows = await Page.EvaluateAsync<string[]>(Rows);
        rows.Length.ShouldBe(32);
        (await page.EvaluateAsync<string[]>(Rows)).ShouldBe(rows);
    }

    private async Task AppendAsync(ApiClient api, string where)
    {
        foreach (var number in Enumerable.Range(1, Each))
        {
            await api.AppendAsync(Project.Slug, "/notes", "note/added", $$"""{"text":"{{where}} {{number}}"}""");
        }
    }
}
