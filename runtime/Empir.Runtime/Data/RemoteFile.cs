namespace Empir.Data;

/// <summary>A dataset's file as its owners publish it.</summary>
/// <param name="Name">Its name in the dataset's folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hexadecimal.</param>
/// <param name="Addresses">Where it is published; the next is asked where one fails.</param>
public sealed record RemoteFile(string Name, long Bytes, string Sha256, IReadOnlyList<Uri> Addresses);
