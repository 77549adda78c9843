using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests;

public sealed class TypeIdTests
{
    [Fact]
    public void an_id_is_its_prefix_and_26_characters()
    {
        var id = TypeId.New("prj", TimeProvider.System);

        id.Length.ShouldBe(30);
        TypeId.Is("prj", id).ShouldBeTrue();
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", "x_00000000000000000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000001", "x_00000000000000000000000001")]
    [InlineData("00000000-0000-0000-0000-000000000020", "x_00000000000000000000000010")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", "x_7zzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void the_bits_are_written_big_end_first(string guid, string id) => TypeId.Encode("x", Guid.Parse(guid)).ShouldBe(id);

    [Fact]
    public void ids_sort_by_the_time_they_were_made()
    {
        var earlier = new FixedTime(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var later = new FixedTime(new(2026, 1, 1, 0, 0, 0, 1, TimeSpan.Zero));

        string.CompareOrdinal(TypeId.New("str", earlier), TypeId.New("str", later)).ShouldBeLessThan(0);
    }

    [Theory]
    [InlineData("org_01jd0c1v5mfd9b6q8x4w2r7n3k")]
    [InlineData("prj_01jd0c1v5mfd9b6q8x4w2r7n3")]
    [InlineData("prj_01jd0c1v5mfd9b6q8x4w2r7n3u")]
    [InlineData("prj_81jd0c1v5mfd9b6q8x4w2r7n3k")]
    [InlineData("prj-01jd0c1v5mfd9b6q8x4w2r7n3k")]
    [InlineData("demo")]
    [InlineData("")]
    public void other_texts_are_no_ids_of_the_kind(string text) => TypeId.Is("prj", text).ShouldBeFalse();

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
