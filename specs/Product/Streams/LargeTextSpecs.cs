using Microsoft.Playwright;
using Shouldly;

namespace Iterate.Specs.Streams;

/// <summary>Text twice as large as usual, on a phone.</summary>
public sealed class LargeTextSpecs(IterateFixture fixture) : IterateSpec(fixture)
{
    private const string TwiceAsLarge = "() => { document.documentElement.style.fontSize = '200%'; }";
    private const string WidthOfPage = "() => document.documentElement.scrollWidth";

    /// <summary>Whether each text of an element has its whole height, and none lies on the next.</summary>
    private const string ReadsInFull = """
        row => {
            const whole = row.getBoundingClientRect();
            const type = row.querySelector('.it-row-type').getBoundingClientRect();
            const text = row.querySelector('.it-row-preview').getBoundingClientRect();
            const size = element => parseFloat(getComputedStyle(row.querySelector(element)).fontSize);
            return whole.top <= type.top && type.height >= size('.it-row-type') && type.bottom <= text.top
                && text.height >= size('.it-row-preview') && text.bottom <= whole.bottom;
        }
        """;

    [Spec]
    public async Task a_stream_is_read_and_written_with_large_text()
    {
        await Api.AppendNotesAsync(Project.Slug, "/notes", 199);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams/notes");
        await Page.EventRow(200).WaitForAsync();
        await Page.EvaluateAsync(TwiceAsLarge);
        (await Page.EventRow(200).EvaluateAsync<bool>(ReadsInFull)).ShouldBeTrue();
        (await Page.EvaluateAsync<int>(WidthOfPage)).ShouldBe(375);
        await Page.EventRow(200).ClickAsync();
        await Page.GetByTestId("event-sheet").WaitForAsync();
        (await Page.EvaluateAsync<int>(WidthOfPage)).ShouldBe(375);
        await Page.Keyboard.PressAsync("Escape");
        await Page.GetByTestId("composer-textarea").FillAsync("""{"type":"note/added","payload":{"text":"In large letters"}}""");
        await Page.GetByTestId("composer-append").ClickAsync();
        await Page.EventRow(201).GetByText("In large letters").WaitForAsync();
        (await Page.DistanceFromEndAsync()).ShouldBeLessThanOrEqualTo(2);
        (await Page.EvaluateAsync<int>(WidthOfPage)).ShouldBe(375);
    }

    [Spec]
    public async Task the_streams_are_listed_with_large_text()
    {
        await Api.AppendNotesAsync(Project.Slug, "/a-stream-with-a-name-that-is-rather-long", 3);
        await Page.GotoAsync($"/proj/{Project.Slug}/streams");
        await Page.StreamCard("/a-stream-with-a-name-that-is-rather-long").WaitForAsync();
        await Page.EvaluateAsync(TwiceAsLarge);
        (await Page.EvaluateAsync<int>(WidthOfPage)).ShouldBe(375);
        await Page.StreamCard("/a-stream-with-a-name-that-is-rather-long").ClickAsync();
        await Page.GetByTestId("stream-page").WaitForAsync();
    }
}
