using Iterate.Domain.Api;
using Iterate.Web.Client.Streams;

namespace Iterate.Web.Client.Tests.Streams;

public sealed class MetadataDraftTests
{
    [Fact]
    public void Title_and_description_have_fields_and_the_rest_stays_json()
    {
        var draft = MetadataDraft.Of(JsonText.Parse("""{"title":"Notes","owner":{"name":"ada"},"description":"What I saw"}"""));
        draft.Title.ShouldBe("Notes");
        draft.Description.ShouldBe("What I saw");
        draft.Join().ValueEquals(JsonText.Parse("""{"title":"Notes","description":"What I saw","owner":{"name":"ada"}}""")).ShouldBeTrue();
    }

    [Fact]
    public void A_title_that_is_no_text_is_not_lost()
    {
        var metadata = JsonText.Parse("""{"title":7}""");
        MetadataDraft.Of(metadata).Join().ValueEquals(metadata).ShouldBeTrue();
    }

    [Fact]
    public void Nothing_is_an_empty_object() => MetadataDraft.Of(default).Join().Text.ShouldBe("{}");

    [Theory]
    [InlineData("[1]", "This is JSON, but no object.")]
    [InlineData("null", "This is JSON, but no object.")]
    [InlineData("{\n  oops }", "This is no JSON: line 2, column 3.")]
    [InlineData("""{"title":"Other"}""", "“title” has a field of its own.")]
    public void What_cannot_be_saved_is_named(string others, string reason) =>
        Should.Throw<FormatException>(() => new MetadataDraft { Title = "Notes", Others = others }.Join()).Message.ShouldBe(reason);
}
