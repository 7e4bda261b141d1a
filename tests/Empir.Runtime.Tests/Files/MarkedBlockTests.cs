using Empir.Files;

namespace Empir.Tests.Files;

public sealed class MarkedBlockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Page => folder.File("page.md");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Only_what_is_between_the_marks_is_replaced_and_again_gives_the_same()
    {
        File.WriteAllText(Page, "before\n<!-- table: begin -->\nold\n<!-- table: end -->\nafter\n<!-- other: begin -->\n<!-- other: end -->\n");
        for (var time = 0; time < 2; time++)
        {
            new MarkedBlock("table").Write(Page, "new\nlines\n");

            Assert.Equal("before\n<!-- table: begin -->\nnew\nlines\n<!-- table: end -->\nafter\n<!-- other: begin -->\n<!-- other: end -->\n", File.ReadAllText(Page));
            Assert.Equal("new\nlines\n", new MarkedBlock("table").Read(Page));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!-- table: begin -->")]
    [InlineData("<!-- table: end -->\n<!-- table: begin -->")]
    public void Without_the_marks_it_is_the_users_mistake_and_nothing_is_written(string text)
    {
        File.WriteAllText(Page, text);

        Assert.Contains(Page, Assert.Throws<UserErrorException>(() => new MarkedBlock("table").Check(Page)).Message, StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => new MarkedBlock("table").Write(Page, "new\n"));
        Assert.Equal(text, File.ReadAllText(Page));
    }

    [Fact]
    public void A_file_that_is_not_there_is_the_users_mistake() =>
        Assert.Contains(Page, Assert.Throws<UserErrorException>(() => new MarkedBlock("table").Check(Page)).Message, StringComparison.Ordinal);
}
