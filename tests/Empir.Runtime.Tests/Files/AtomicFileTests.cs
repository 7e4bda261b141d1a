using System.Text;

namespace Empir.Files;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("results.json");
        File.WriteAllText(path, "old");

        Assert.Throws<InvalidDataException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes("half of the n"));
            throw new InvalidDataException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_is_named_in_one_line()
    {
        using var folder = new TemporaryFolder();
        // A file where the folder should be stops every user, root too.
        File.WriteAllText(folder.File("artifacts"), "");
        var path = folder.File("artifacts/results.json");

        var message = Assert.Throws<UserErrorException>(() => AtomicFile.Write(path, _ => { })).Message;

        Assert.StartsWith($"{path} cannot be written: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Readers_see_one_whole_version_while_writers_race()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("shared");
        Parallel.For(0, 64, i =>
        {
            AtomicFile.Write(path, stream => stream.Write(Enumerable.Repeat((byte)i, 100_000).ToArray()));
            var seen = File.ReadAllBytes(path);
            Assert.Equal(100_000, seen.Length);
            Assert.Single(seen.Distinct());
        });
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
