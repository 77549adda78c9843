using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Web.Client.Streams;

namespace Iterate.Web.Client.Tests.Streams;

public sealed class StreamGateTests
{
    private static readonly StreamRights Member = StreamRights.Of(OrganizationRole.Member);

    [Fact]
    public void A_stream_that_runs_is_open() => StreamGate.Of(State(paused: false), Member).ShouldBe(new(null, IsReadOnly: false));

    [Fact]
    public void A_pause_names_its_reason_and_can_be_ended() =>
        StreamGate.Of(State(paused: true), Member).ShouldBe(new("Paused: lunch", IsReadOnly: false));

    [Fact]
    public void An_archived_stream_is_read_only_even_when_it_is_paused() =>
        StreamGate.Of(State(paused: true) with { Archive = new(DateTimeOffset.UnixEpoch) }, Member).ShouldBe(new("Read only: archived", IsReadOnly: true));

    [Theory]
    [InlineData(OrganizationRole.Viewer, false, false)]
    [InlineData(OrganizationRole.Member, true, false)]
    [InlineData(OrganizationRole.Admin, true, true)]
    [InlineData(null, true, true)]
    public void A_role_says_what_is_offered(OrganizationRole? role, bool mayAppend, bool mayManage)
    {
        StreamRights.Of(role).ShouldBe(new(mayAppend, mayManage));
        StreamGate.Of(State(paused: false), StreamRights.Of(role)).IsReadOnly.ShouldBe(!mayAppend);
    }

    private static StateResponse State(bool paused)
    {
        var tip = new StreamTip { HeadOffset = 2, PausedAtOffset = paused ? 2 : null, PauseReason = paused ? "lunch" : null };
        return new(StreamState.Of("prj_1", StreamPath.Parse("/notes"), "str_1", tip, StreamDetails.Empty), new(0, []));
    }
}
