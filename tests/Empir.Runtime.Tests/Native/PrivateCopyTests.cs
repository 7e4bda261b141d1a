namespace Empir.Native;

public sealed class PrivateCopyTests
{
    private static ElfImage Original => ElfImage.Read(NativeLibraries.Report.Wrapper!);

    private static readonly byte[] Content = [.. Enumerable.Range(0, 1 << 20).Select(i => (byte)i)];

    [LinuxFact]
    public void The_cache_holds_it_under_the_originals_hash_and_the_original_keeps_its_bytes()
    {
        using var folder = new TemporaryFolder();
        var before = File.ReadAllBytes(Original.Path);

        var copy = PrivateCopy.Ensure(folder.Path, Original, Content);

        Assert.Matches("/native/[0-9a-f]{64}/libLibTorchSharp.so$", copy.Path);
        Assert.Equal(Content, File.ReadAllBytes(copy.Path));
        Assert.Equal(before, File.ReadAllBytes(Original.Path));
    }

    [LinuxFact]
    public void A_half_written_or_changed_copy_is_written_again()
    {
        using var folder = new TemporaryFolder();
        var path = PrivateCopy.Ensure(folder.Path, Original, Content).Path;
        foreach (var damage in new[] { Content[..1000], [.. Content[..^1], 7] })
        {
            File.WriteAllBytes(path, damage);
            Assert.Equal(path, PrivateCopy.Ensure(folder.Path, Original, Content).Path);
            Assert.Equal(Content, File.ReadAllBytes(path));
        }
    }

    [LinuxFact]
    public void A_good_copy_is_not_written_again()
    {
        using var folder = new TemporaryFolder();
        var path = PrivateCopy.Ensure(folder.Path, Original, Content).Path;
        var written = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, written);

        PrivateCopy.Ensure(folder.Path, Original, Content);

        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [LinuxFact]
    public void A_cache_that_cannot_be_written_gives_a_temporary_copy()
    {
        using var folder = new TemporaryFolder();
        // A file where the folder should be stops every user, root too.
        File.WriteAllText(folder.File("native"), "");

        var copy = PrivateCopy.Ensure(folder.Path, Original, Content);

        Assert.True(copy.IsTemporary);
        Assert.Equal(Content, File.ReadAllBytes(copy.Path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(copy.Path)!));
        Directory.Delete(Path.GetDirectoryName(copy.Path)!, recursive: true);
    }

    [OldLibstdcxxFact]
    public async Task Processes_that_start_at_once_on_an_empty_cache_all_run_and_leave_one_file()
    {
        using var cache = new TemporaryFolder();

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ChildProcess.Report(("XDG_CACHE_HOME", cache.Path))));

        Assert.All(reports, report => Assert.Contains("sum: 3", report, StringComparison.Ordinal));
        Assert.All(reports, report => Assert.Contains($"corrected copy: {cache.Path}/empir/native/", report, StringComparison.Ordinal));
        Assert.Equal("libLibTorchSharp.so", Path.GetFileName(Assert.Single(Directory.GetFiles(cache.Path, "*", SearchOption.AllDirectories))));
    }
}
