namespace Empir.Data;

/// <summary>Where a download stands.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">How much of it is there, with what an earlier run left.</param>
/// <param name="Total">How much there will be.</param>
public sealed record DownloadProgress(string File, long Bytes, long Total);
