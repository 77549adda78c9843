using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Iterate.Specs.Plugins.Specs;

public sealed class HydrationWaiterSpecs(BrowserFixture fixture)
{
    [Fact]
    public async Task an_action_waits_until_the_page_reacts()
    {
        await using var session = await fixture.OpenAsync("""
            <div data-hydrated="false"><button>Count 0</button></div><script>
            window.begin = () => setTimeout(() => {
                const button = document.querySelector('button');
                button.onclick = () => { button.textContent = 'Count 1'; };
                button.parentElement.dataset.hydrated = 'true';
            }, 2500);
            </script>
            """);
        await session.Page.GetByText("Count 0").ClickAsync();
        await session.Page.GetByText("Count 1").WaitForAsync();
    }

    [Fact]
    public async Task every_visible_part_is_waited_for()
    {
        await using var session = await fixture.OpenAsync("""
            <p data-hydrated="false">One</p><p data-hydrated="false">Two</p><p data-hydrated="false" hidden>Never</p><script>
            const parts = document.querySelectorAll('p');
            window.begin = () => {
                setTimeout(() => { parts[0].dataset.hydrated = 'true'; }, 300);
                setTimeout(() => { parts[1].dataset.hydrated = 'true'; document.body.dataset.done = 'yes'; }, 1500);
            };
            </script>
            """);
        await session.Page.GetByText("One").ClickAsync();
        (await session.Page.Locator("body").GetAttributeAsync("data-done")).ShouldBe("yes");
    }

    [Fact]
    public async Task a_look_goes_on_as_soon_as_there_is_something_to_see()
    {
        await using var session = await fixture.OpenAsync("""
            <div data-hydrated="false">Away <p hidden>Reconnecting</p></div><script>
            window.begin = () => setTimeout(() => { document.querySelector('p').hidden = false; }, 500);
            </script>
            """);
        await session.Page.GetByText("Away").WaitForAsync();
        await session.Page.GetByText("Reconnecting").WaitForAsync();
        (await session.Page.GetByText("Reconnecting").InnerTextAsync()).ShouldBe("Reconnecting");
    }

    [Fact]
    public async Task a_page_that_loads_itself_anew_is_waited_for()
    {
        await using var session = await fixture.OpenAsync("""
            <button>Count 0</button><script>
            const button = document.querySelector('button');
            const isAnew = sessionStorage.getItem('anew');
            button.onclick = () => { button.textContent = isAnew ? 'Count 1' : 'Too early'; };
            sessionStorage.setItem('anew', 'yes');
            if (isAnew) {
                document.body.dataset.hydrated = 'false';
                setTimeout(() => { document.body.dataset.hydrated = 'true'; }, 500);
            } else {
                window.begin = () => { document.body.dataset.hydrated = 'false'; setTimeout(() => location.reload(), 500); };
            }
            </script>
            """);
        await session.Page.GetByText("Count 0").ClickAsync();
        await session.Page.GetByText("Count 1").WaitForAsync();
    }

    [Fact]
    public async Task a_part_that_never_reacts_fails_the_action_after_ten_seconds()
    {
        await using var session = await fixture.OpenAsync("""<div data-hydrated="false"><button>Dead</button></div>""");
        var started = Stopwatch.GetTimestamp();
        var failure = await Should.ThrowAsync<TimeoutException>(() => session.Page.GetByText("Dead").ClickAsync());
        Stopwatch.GetElapsedTime(started).ShouldBeInRange(TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(13));
        failure.Message.ShouldContain("never became operable");
        failure.Message.ShouldMatch("""hydration-waiter: \[data-hydrated="false"\] is visible, waiting""");
    }
}
