namespace Iterate.Web.Client.Tests.State;

public sealed class StoreTests : KitTest
{
    private static ShowToast Show(string text, ToastType type = ToastType.Info) => new(new(type, text));

    private IEnumerable<string> Shown => StateOf<ToastsState>().Toasts.Select(toast => toast.Text);

    [Fact]
    public async Task a_toast_leaves_after_five_seconds_and_an_error_stays()
    {
        await Dispatcher.DispatchAsync(Show("saved", ToastType.Success));
        await Dispatcher.DispatchAsync(Show("failed", ToastType.Error));

        Time.Advance(TimeSpan.FromSeconds(4.9));
        Shown.ShouldBe(["saved", "failed"]);
        Time.Advance(TimeSpan.FromSeconds(0.2));
        Shown.ShouldBe(["failed"]);
    }

    [Fact]
    public async Task a_fourth_toast_takes_the_place_of_the_oldest_that_is_no_error()
    {
        await Dispatcher.DispatchAsync(Show("failed", ToastType.Error));
        await Dispatcher.DispatchAsync(Show("one"));
        await Dispatcher.DispatchAsync(Show("two"));
        await Dispatcher.DispatchAsync(Show("three"));
        Shown.ShouldBe(["failed", "two", "three"]);
    }

    [Fact]
    public async Task among_errors_only_the_oldest_makes_room()
    {
        foreach (var text in new[] { "one", "two", "three", "four" })
        {
            await Dispatcher.DispatchAsync(Show(text, ToastType.Error));
        }

        Shown.ShouldBe(["two", "three", "four"]);
    }

    [Fact]
    public async Task equal_sentences_are_dismissed_one_by_one()
    {
        var (first, second) = (Show("saved"), Show("saved"));
        await Dispatcher.DispatchAsync(first);
        await Dispatcher.DispatchAsync(second);
        await Dispatcher.DispatchAsync(new DismissToast(first.Toast));
        StateOf<ToastsState>().Toasts.ShouldHaveSingleItem().ShouldBeSameAs(second.Toast);
    }

    [Fact]
    public async Task an_action_that_does_not_concern_a_feature_changes_and_announces_nothing()
    {
        var changes = 0;
        Services.GetRequiredService<IState<ToastsState>>().StateChanged += (_, _) => changes++;
        var before = StateOf<ToastsState>();
        await Dispatcher.DispatchAsync(new CircuitBecameLive());
        StateOf<ToastsState>().ShouldBeSameAs(before);
        changes.ShouldBe(0);
    }

    [Fact]
    public async Task the_connection_is_live_once_the_circuit_says_so()
    {
        StateOf<ConnectionState>().IsLive.ShouldBeFalse();
        await Dispatcher.DispatchAsync(new CircuitBecameLive());
        StateOf<ConnectionState>().IsLive.ShouldBeTrue();
    }

    [Fact]
    public async Task loading_the_session_finds_person_projects_and_the_project_of_the_address()
    {
        await Dispatcher.DispatchAsync(new LoadSession("relay"));
        var session = StateOf<SessionState>();
        session.Person!.Name.ShouldBe("Mira Kovac");
        session.Projects.Select(project => project.Slug).ShouldBe(["demo", "relay"]);
        session.Project!.Slug.ShouldBe("relay");
    }

    [Fact]
    public async Task a_project_the_person_may_not_enter_is_no_project()
    {
        await Dispatcher.DispatchAsync(new LoadSession("theirs"));
        StateOf<SessionState>().Project.ShouldBeNull();
    }
}
