using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Empir.Tests;

namespace Empir.Data;

public sealed class DownloaderTests : IDisposable
{
    // More than the buffer, so that a download comes in pieces.
    private static readonly byte[] Content = RandomBytes(300_000);
    private readonly TemporaryFolder folder = new();
    private readonly FileServer server = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    private string Target => folder.File("data.gz");

    private string Part => folder.File("data.gz.part");

    private RemoteFile File(params string[] paths) => new(
        "data.gz", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)), [.. paths.Select(path => new Uri(server.Address, path))]);

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static Downloader NewDownloader(TimeSpan? patience = null, Func<string, Stream>? open = null)
    {
        var downloader = new Downloader { FirstPause = TimeSpan.Zero, Patience = patience ?? TimeSpan.FromSeconds(60) };
        return open is null ? downloader : new Downloader { FirstPause = TimeSpan.Zero, Open = open };
    }

    private async Task Fetch(RemoteFile file, Downloader? own = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var downloader = own ?? NewDownloader();
        await downloader.FetchAsync(file, folder.Path, progress, cancellation);
    }

    private async Task<string> Refused(RemoteFile file, Downloader? own = null)
    {
        var message = (await Assert.ThrowsAnyAsync<UserErrorException>(() => Fetch(file, own))).Message;
        Assert.False(System.IO.File.Exists(Target));
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private void AssertWhole()
    {
        Assert.Equal(Content, System.IO.File.ReadAllBytes(Target));
        Assert.False(System.IO.File.Exists(Part));
    }

    [Fact]
    public async Task A_file_arrives_whole_and_progress_ends_at_its_length()
    {
        server.Files["data"] = Content;
        List<long> bytes = [];

        await Fetch(File("data"), progress: new Immediate<DownloadProgress>(now => bytes.Add(now.Bytes)));

        AssertWhole();
        Assert.Equal(Content.Length, bytes[^1]);
        Assert.Equal(bytes.Order(), bytes);
        Assert.True(bytes.Count > 3);
    }

    [Fact]
    public async Task A_redirection_is_followed()
    {
        server.Files["data"] = Content;
        server.Answers["old"] = context => context.Response.Redirect(new Uri(server.Address, "data").ToString());
        server.Answers["old"] += context => context.Response.Close();

        await Fetch(File("old"));

        AssertWhole();
        Assert.Equal(["old", "data"], server.Requests);
    }

    [Fact]
    public async Task What_has_arrived_is_not_asked_for_again()
    {
        server.Files["data"] = Content;
        System.IO.File.WriteAllBytes(Part, Content[..100_000]);

        await Fetch(File("data"));

        AssertWhole();
        Assert.Equal(["data bytes=100000-"], server.Requests);
    }

    [Fact]
    public async Task A_server_without_ranges_sends_everything_again()
    {
        server.Files["data"] = Content;
        server.Answers["data"] = context => server.Give(context, ignoreRange: true);
        System.IO.File.WriteAllBytes(Part, Content[..100_000]);

        await Fetch(File("data"));

        AssertWhole();
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_refused_range_starts_from_the_beginning()
    {
        server.Files["data"] = Content;
        server.Answers["data"] = context =>
        {
            if (context.Request.Headers["Range"] is null)
                server.Give(context);
            else
                FileServer.Refuse(context, 416);
        };
        System.IO.File.WriteAllBytes(Part, Content[..100_000]);

        await Fetch(File("data"));

        AssertWhole();
        Assert.Equal(["data bytes=100000-", "data"], server.Requests);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_where_it_broke()
    {
        server.Files["data"] = Content;
        var times = 0;
        server.Answers["data"] = context => server.Give(context, cutAfter: times++ < 2 ? 100_000 : null);

        await Fetch(File("data"));

        AssertWhole();
        Assert.Equal(3, server.Requests.Count);
        Assert.Contains("bytes=", server.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_always_breaks_keeps_what_came_and_says_how_much()
    {
        server.Files["data"] = Content;
        server.Answers["data"] = context => server.Give(context, cutAfter: context.Request.Headers["Range"] is null ? 100_000 : 0);

        var message = await Refused(File("data"));

        Assert.Contains(new Uri(server.Address, "data").ToString(), message, StringComparison.Ordinal);
        Assert.Contains("of 300,000 bytes", message, StringComparison.Ordinal);
        Assert.Equal(4, server.Requests.Count);
        var kept = System.IO.File.ReadAllBytes(Part);
        Assert.Equal(Content[..kept.Length], kept);
        Assert.InRange(kept.Length, 1, 100_000);
    }

    [Fact]
    public async Task The_next_address_is_asked_where_one_has_nothing()
    {
        server.Files["mirror"] = Content;

        await Fetch(File("gone", "mirror"));

        AssertWhole();
        Assert.Equal(["gone", "mirror"], server.Requests);
    }

    [Fact]
    public async Task A_404_is_not_asked_twice_and_every_address_is_named()
    {
        var message = await Refused(File("gone", "lost"));

        Assert.Equal(["gone", "lost"], server.Requests);
        Assert.StartsWith("data.gz could not be fetched. ", message, StringComparison.Ordinal);
        Assert.Contains($"{server.Address}gone: 404 Not Found; {server.Address}lost: 404 Not Found", message, StringComparison.Ordinal);
        Assert.Contains($"put the file into {folder.Path} yourself", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again()
    {
        server.Files["data"] = Content;
        var times = 0;
        server.Answers["data"] = context =>
        {
            if (times++ == 0)
                FileServer.Refuse(context, 503);
            else
                server.Give(context);
        };

        await Fetch(File("data"));

        AssertWhole();
    }

    [Fact]
    public async Task Wrong_bytes_are_named_and_never_used()
    {
        server.Files["data"] = [.. Content[..^1], (byte)(Content[^1] + 1)];

        var message = await Refused(File("data"));

        Assert.Contains($"data: its SHA-256 is {Convert.ToHexStringLower(SHA256.HashData(server.Files["data"]))} and not {File().Sha256}", message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.Equal(0, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task Wrong_bytes_of_an_earlier_run_are_fetched_anew()
    {
        server.Files["data"] = Content;
        System.IO.File.WriteAllBytes(Part, new byte[100_000]);

        await Fetch(File("data"));

        AssertWhole();
        Assert.Equal(["data bytes=100000-", "data"], server.Requests);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Another_length_is_refused_before_a_byte_is_fetched(int more)
    {
        server.Files["data"] = RandomBytes(Content.Length + more);

        Assert.Contains($"it has {Content.Length + more:#,0} bytes there and not 300,000", await Refused(File("data")), StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Part).Length);
    }

    // Such as the page of a network that wants a password first, which no range is asked of.
    [Fact]
    public async Task Another_length_does_not_cost_what_has_arrived()
    {
        server.Files["data"] = RandomBytes(500);
        server.Answers["data"] = context => server.Give(context, ignoreRange: true);
        System.IO.File.WriteAllBytes(Part, Content[..100_000]);

        Assert.Contains("it has 500 bytes there", await Refused(File("data")), StringComparison.Ordinal);
        Assert.Equal(Content[..100_000], System.IO.File.ReadAllBytes(Part));
    }

    [Fact]
    public async Task A_file_of_no_announced_length_that_goes_on_is_cut_short()
    {
        server.Answers["data"] = context =>
        {
            context.Response.SendChunked = true;
            for (var i = 0; i < 100; i++)
                context.Response.OutputStream.Write(Content);
            context.Response.Close();
        };

        Assert.Contains("it goes on after its 300,000 bytes", await Refused(File("data")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        using var end = new ManualResetEventSlim();
        server.Answers["data"] = _ => end.Wait();
        var message = Refused(File("data"), NewDownloader(patience: TimeSpan.FromMilliseconds(1)));

        Assert.Contains("nothing came for", await message, StringComparison.Ordinal);
        end.Set();
    }

    [Fact]
    public async Task A_full_disk_is_told_apart_from_the_network()
    {
        server.Files["data"] = Content;

        var message = await Refused(File("data"), NewDownloader(open: path => new FullDisk(path)));

        Assert.StartsWith($"{Part} cannot be written: No space left on device.", message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.Equal(Content[..100], System.IO.File.ReadAllBytes(Part));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        System.IO.File.WriteAllText(folder.File("file"), "");
        using var downloader = NewDownloader();

        var error = await Assert.ThrowsAsync<UserErrorException>(() => downloader.FetchAsync(File("data"), folder.File("file")));

        Assert.Contains(folder.File("file"), error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_cancelled_download_goes_on_later()
    {
        server.Files["data"] = Content;
        using var source = new CancellationTokenSource();
        var stop = new Immediate<DownloadProgress>(now =>
        {
            if (now.Bytes > 0)
                source.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(File("data"), progress: stop, cancellation: source.Token));
        var kept = new FileInfo(Part).Length;
        Assert.InRange(kept, 1, Content.Length - 1);
        Assert.False(System.IO.File.Exists(Target));

        await Fetch(File("data"));

        AssertWhole();
        Assert.Equal($"data bytes={kept}-", server.Requests.Last());
    }

    [Fact]
    public async Task Two_at_once_do_not_write_into_one_another()
    {
        server.Files["data"] = Content;
        using var other = new FileStream(Part, FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.StartsWith($"{Part} cannot be written", await Refused(File("data")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_files_have_hashes_lengths_and_addresses()
    {
        var files = DatasetCatalogue.Default.Sources.SelectMany(source => source.Remote).ToArray();

        Assert.Equal(9, files.Length);
        Assert.All(files, file =>
        {
            Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
            Assert.InRange(file.Bytes, 1, 1L << 30);
            Assert.All(file.Addresses, address => Assert.EndsWith("/" + file.Name, address.AbsolutePath, StringComparison.Ordinal));
        });
        Assert.Equal(9, files.Select(file => file.Sha256).Distinct().Count());
    }

    [SharedDataFact("mnist")]
    public void MNIST_as_it_lies_beside_the_repository_is_as_published() =>
        Assert.All(DatasetCatalogue.Default.Sources[0].Remote, file =>
        {
            var path = Path.Combine(Repository.SharedData, "mnist", file.Name);
            Assert.Equal((file.Bytes, file.Sha256), (new FileInfo(path).Length, Downloader.Sha256(path)));
        });

    [SharedDataFact("mnist")]
    public void MNIST_is_known_by_what_the_published_files_hold() => AssertIsPublished("mnist");

    [SharedDataFact("cifar10")]
    public void CIFAR_10_is_known_by_what_the_published_files_hold() => AssertIsPublished("cifar10");

    private static void AssertIsPublished(string name)
    {
        using var data = DatasetCatalogue.Default.Load(name, new DatasetLocation(Repository.SharedData));
        Assert.Equal(new PublishedImages(data.Train.Hash, data.Test.Hash), DatasetCatalogue.Default.Sources.Single(source => source.Name == name).Published);
    }

    // The archive there is packed anew, so its own hash says nothing. These of its files torchvision for Ruby records, beside the archive's.
    [SharedDataFact("cifar10")]
    public void CIFAR_10_as_it_lies_beside_the_repository_has_the_files_that_are_published()
    {
        using var stream = new GZipStream(System.IO.File.OpenRead(Path.Combine(Repository.SharedData, "cifar10", "cifar-10-binary.tar.gz")), CompressionMode.Decompress);
        using var archive = new TarReader(stream);
        Dictionary<string, string> hashes = [];
        while (archive.GetNextEntry() is { } entry)
            if (entry.DataStream is { } content && entry.Name.EndsWith(".bin", StringComparison.Ordinal))
                hashes[Path.GetFileName(entry.Name)] = Convert.ToHexStringLower(SHA256.HashData(content));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["data_batch_1.bin"] = "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
                ["data_batch_2.bin"] = "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
                ["data_batch_3.bin"] = "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
                ["data_batch_4.bin"] = "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
                ["data_batch_5.bin"] = "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
                ["test_batch.bin"] = "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
            },
            hashes);
    }

    /// <summary>A file that takes 100 bytes.</summary>
    private sealed class FullDisk(string path) : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(buffer[..100]);
            throw new IOException("No space left on device");
        }
    }
}
