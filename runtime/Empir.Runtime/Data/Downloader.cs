using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Empir.Data;

/// <summary>
/// Fetches files of known length and SHA-256. What has arrived is kept in <c>NAME.part</c>, from which a later call goes
/// on; only a whole file with the right hash gets the file's own name.
/// </summary>
public sealed class Downloader : IDisposable
{
    private const int Attempts = 4, BufferSize = 1 << 16;
    private readonly HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The pause after the first failure, doubled after each.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a server may say nothing.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Opens what has arrived so far.</summary>
    internal Func<string, Stream> Open { get; init; } =
        path => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, BufferSize);

    /// <summary>Fetches one file, or goes on with what an earlier call left.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">Where it goes; made if it is not there.</param>
    /// <param name="progress">Told after every piece.</param>
    /// <param name="cancellation">Stops; what has arrived is kept.</param>
    /// <exception cref="UserErrorException">
    /// No address gave the file, or the folder cannot be written. The message names each address and what was wrong.
    /// </exception>
    public async Task FetchAsync(
        RemoteFile file, string folder, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        var target = Path.Combine(folder, file.Name);
        var part = target + ".part";
        await using (var arrived = Prepare(folder, part))
        {
            List<string> failures = [];
            foreach (var address in file.Addresses)
            {
                if (await FetchAsync(file, address, new(part, arrived), progress, cancellation).ConfigureAwait(false) is not { } failure)
                {
                    failures = [];
                    break;
                }
                failures.Add($"{address}: {failure}");
            }
            if (failures.Count > 0)
                throw new UserErrorException(
                    $"{file.Name} could not be fetched. {string.Join("; ", failures)}. Try again later: what has arrived is kept; or put the file into {folder} yourself.");
        }
        Writing(part, () => File.Move(part, target, overwrite: true));
    }

    /// <summary>SHA-256 of a file, lower-case hexadecimal.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public static string Sha256(string path) =>
        DatasetFile.Read(path, () => File.OpenRead(path), stream => Convert.ToHexStringLower(SHA256.HashData(stream)));

    /// <inheritdoc />
    public void Dispose() => client.Dispose();

    /// <returns>What was wrong, or null once the file is whole.</returns>
    private async Task<string?> FetchAsync(
        RemoteFile file, Uri address, Part part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            try
            {
                await TransferAsync(file, address, part, progress, cancellation).ConfigureAwait(false);
                return null;
            }
            catch (TransferException refused) when (refused.IsFinal || attempt == Attempts)
            {
                return refused.Message;
            }
            catch (TransferException)
            {
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task TransferAsync(
        RemoteFile file, Uri address, Part part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var before = part.Length;
        if (before > file.Bytes)
            part.Cut(before = 0);
        progress?.Report(new(file.Name, before, file.Bytes));
        if (before < file.Bytes)
            await ReceiveAsync(file, address, part, progress, cancellation).ConfigureAwait(false);
        var hash = await part.HashAsync(cancellation).ConfigureAwait(false);
        if (hash == file.Sha256)
            return;
        part.Cut(0);
        // What an earlier run left may be what is wrong.
        throw new TransferException($"its SHA-256 is {hash} and not {file.Sha256}", isFinal: before == 0);
    }

    private async Task ReceiveAsync(
        RemoteFile file, Uri address, Part part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (part.Length > 0)
                request.Headers.Range = new RangeHeaderValue(part.Length, null);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            var start = Start(response, part);
            // Before anything is cut: a page in the file's place must not cost what has arrived.
            if (response.Content.Headers.ContentLength is { } coming && start + coming != file.Bytes)
                throw new TransferException($"it has {start + coming:#,0} bytes there and not {file.Bytes:#,0}", isFinal: true);
            part.Cut(start);
            await using var content = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            var buffer = new byte[BufferSize];
            while (true)
            {
                patience.CancelAfter(Patience);
                var read = await content.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
                if (read == 0)
                    break;
                if (part.Length + read > file.Bytes)
                {
                    part.Cut(0);
                    throw new TransferException($"it goes on after its {file.Bytes:#,0} bytes", isFinal: true);
                }
                part.Append(buffer.AsSpan(0, read));
                progress?.Report(new(file.Name, part.Length, file.Bytes));
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TransferException($"nothing came for {Patience.TotalSeconds:0} seconds, after {part.Length:#,0} of {file.Bytes:#,0} bytes");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new TransferException($"{error.Message.TrimEnd('.')}, after {part.Length:#,0} of {file.Bytes:#,0} bytes");
        }
        if (part.Length < file.Bytes)
            throw new TransferException($"it ended after {part.Length:#,0} of {file.Bytes:#,0} bytes");
    }

    /// <returns>Where in the file the answer begins.</returns>
    private static long Start(HttpResponseMessage response, Part part)
    {
        var status = response.StatusCode;
        if (status == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == part.Length)
            return part.Length;
        // A server need not know ranges: then everything comes again.
        if (status == HttpStatusCode.OK)
            return 0;
        if (status is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            part.Cut(0);
            throw new TransferException("it answers with another range than asked for");
        }
        var mayPass = (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
        throw new TransferException($"{(int)status} {response.ReasonPhrase}", isFinal: !mayPass);
    }

    private Stream Prepare(string folder, string part)
    {
        Stream? stream = null;
        Writing(part, () =>
        {
            Directory.CreateDirectory(folder);
            stream = Open(part);
        });
        return stream!;
    }

    private static void Writing(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"{path} cannot be written: {error.Message.TrimEnd('.')}. Check that the folder is yours to write and has room; what has arrived is kept.", error);
        }
    }

    /// <summary>One transfer went wrong.</summary>
    private sealed class TransferException(string message, bool isFinal = false) : Exception(message)
    {
        /// <summary>Whether asking again would not help.</summary>
        public bool IsFinal => isFinal;
    }

    /// <summary>What has arrived so far; failures to write it are told apart from failures of the network.</summary>
    private sealed class Part(string path, Stream stream)
    {
        public long Length => stream.Length;

        public void Cut(long length)
        {
            if (length != stream.Length)
                Writing(path, () => stream.SetLength(length));
        }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            try
            {
                stream.Position = stream.Length;
                stream.Write(bytes);
            }
            catch (IOException error)
            {
                Writing(path, () => throw error);
            }
        }

        public async Task<string> HashAsync(CancellationToken cancellation)
        {
            Writing(path, stream.Flush);
            stream.Position = 0;
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
        }
    }
}
