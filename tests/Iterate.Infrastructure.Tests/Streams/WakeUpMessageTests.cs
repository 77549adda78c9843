using Iterate.Infrastructure.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class WakeUpMessageTests
{
    [Fact]
    public void A_message_is_read_as_it_was_written()
    {
        Read(new("me", [(1, 2), (30, 40)])).Heads.ShouldBe([(1L, 2L), (30L, 40L)]);
        Read(new("me", null)).Heads.ShouldBeNull();
        Read(new("me", [(1, 2)], new(7, 9))).Frames.ShouldBe(new(7, 9));
        Read(new("me", null, new(7, 9))).ShouldBe(new WakeUpMessage("me", null, new(7, 9)));
        Read(new("me", [], new(7, 9))).Heads.ShouldBe([]);
    }

    [Fact]
    public void More_than_fits_is_many_and_keeps_its_frames()
    {
        var many = new WakeUpMessage("me", [.. Enumerable.Range(0, 2_000).Select(id => (1_000_000L + id, 1_000_000L))], new(7, 9));

        many.ToString().Length.ShouldBeLessThan(WakeUpMessage.MaxBytes + 100);
        Read(many).ShouldBe(new WakeUpMessage("me", null, new(7, 9)));
        new WakeUpMessage("me", [.. Enumerable.Range(0, 700).Select(id => (1_000L + id, 100L))]).ToString().Length.ShouldBeLessThan(8_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("me")]
    [InlineData("me 1")]
    [InlineData("me 1:x")]
    [InlineData("me 1:2:3")]
    [InlineData("me frames:7")]
    [InlineData("me -1:2")]
    public void What_is_none_of_ours_is_ignored(string payload) => WakeUpMessage.TryParse(payload).ShouldBeNull();

    private static WakeUpMessage Read(WakeUpMessage message)
    {
        var read = WakeUpMessage.TryParse(message.ToString()).ShouldNotBeNull();
        read.Node.ShouldBe(message.Node);
        return read;
    }
}
