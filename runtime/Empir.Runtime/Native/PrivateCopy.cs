using System.Security.Cryptography;
using Empir.Files;

namespace Empir.Native;

/// <summary>A corrected library's own file, kept in the user's cache under the original's hash.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsTemporary">Whether it goes once it is loaded.</param>
internal sealed record PrivateCopy(string Path, bool IsTemporary)
{
    /// <summary>Makes sure that the copy is there, byte for byte.</summary>
    /// <param name="cache">The cache folder; null or not writable: a fresh folder that only this user can enter.</param>
    /// <param name="original">The original: its hash is the key.</param>
    /// <param name="corrected">What the copy must hold.</param>
    /// <exception cref="UserErrorException">No folder can be written, not even a temporary one.</exception>
    public static PrivateCopy Ensure(string? cache, ElfImage original, byte[] corrected)
    {
        var name = System.IO.Path.GetFileName(original.Path);
        if (cache is not null)
        {
            var key = Convert.ToHexStringLower(SHA256.HashData(original.Bytes.Span));
            var path = System.IO.Path.Combine(cache, "native", key, name);
            try
            {
                // Comparing every byte costs a millisecond and finds half-written, damaged and tampered copies alike.
                if (!Holds(path, corrected))
                    AtomicFile.Write(path, stream => stream.Write(corrected));
                return new PrivateCopy(path, IsTemporary: false);
            }
            catch (UserErrorException)
            {
                // A home that cannot be written is not the end: the copy then lives in a temporary folder.
            }
        }
        var temporary = System.IO.Path.Combine(Directory.CreateTempSubdirectory("empir-native-").FullName, name);
        AtomicFile.Write(temporary, stream => stream.Write(corrected));
        return new PrivateCopy(temporary, IsTemporary: true);
    }

    /// <summary>Loads the copy; a temporary one is deleted then, which a loaded library does not mind.</summary>
    /// <exception cref="NativeLoadException">The loader refuses it.</exception>
    public void Load()
    {
        LoadedLibrary.Load(Path);
        if (IsTemporary)
            Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
    }

    private static bool Holds(string path, byte[] content)
    {
        try
        {
            return new FileInfo(path) is { Exists: true } file && file.Length == content.Length
                && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
