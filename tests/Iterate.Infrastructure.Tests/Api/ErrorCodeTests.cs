using Iterate.Domain.Api;
using Iterate.Infrastructure.Tests.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Api;

/// <summary>
/// Each code that the groups <c>streams</c> and <c>outbox</c> declare is one that somebody can meet (streams.md, section 14;
/// requirement O-54; test S-T21). A code without a case fails, and so does a case that nothing declares.
/// </summary>
public sealed partial class ErrorCodeTests(StreamsDatabase database) : StreamsTest(database)
{
    // Of people who sign in, of other groups, or of a fault of ours.
    private static readonly string[] OfOthers =
        [ErrorCodes.Unauthenticated, ErrorCodes.CsrfRefused, ErrorCodes.LinkUsed, ErrorCodes.TooLarge, ErrorCodes.Internal];

    public static TheoryData<string, string> Codes =>
        [.. Groups.SelectMany(group => group.Value.Keys, (group, code) => new TheoryDataRow<string, string>(group.Key, code))];

    private static Dictionary<string, Dictionary<string, Func<ErrorCodeTests, Task>>> Groups => new(StringComparer.Ordinal)
    {
        ["streams"] = OfStreams,
        ["outbox"] = OfOutbox,
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public Task A_call_is_refused_with(string group, string code) => Refused(() => Groups[group][code](this), code);

    [Theory]
    [InlineData("streams")]
    [InlineData("outbox")]
    public void What_a_group_declares_is_provoked_and_nothing_else(string group) =>
        Groups[group].Keys.Order(StringComparer.Ordinal).ShouldBe(DeclaredCodes.Of(group));

    [Fact]
    public void Every_code_of_the_table_belongs_to_these_groups_or_to_others()
    {
        string[] ours = [.. Groups.Values.SelectMany(cases => cases.Keys).Distinct(StringComparer.Ordinal)];

        ours.ShouldNotContain(code => OfOthers.Contains(code));
        ours.Concat(OfOthers).Order(StringComparer.Ordinal).ShouldBe(ErrorCodes.All.Order(StringComparer.Ordinal));
    }
}
