using Empir.Files;
using Empir.Native;
using static TorchSharp.torch;

namespace Empir.Formats;

/// <summary>
/// Reads and writes safetensors, the format in which PyTorch's users exchange weights: 8 bytes of length, a JSON header,
/// the tensors' bytes.
/// </summary>
public static class SafeTensors
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CorruptFileException">The file breaks a rule of the format.</exception>
    /// <exception cref="UserErrorException">The file is not there or cannot be read.</exception>
    public static SafeTensorsFile Read(string path) => Open(path, stream =>
    {
        NativeLibraries.EnsureLoaded();
        var header = SafeTensorsHeader.Read(path, stream);
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        try
        {
            foreach (var entry in header.Entries)
                tensors[entry.Name] = ReadTensor(path, stream, entry);
        }
        catch
        {
            foreach (var tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }
        return new SafeTensorsFile(tensors, header.Metadata);
    });

    /// <summary>Reads a file's own strings and none of its tensors.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CorruptFileException">The header breaks a rule of the format.</exception>
    /// <exception cref="UserErrorException">The file is not there or cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) =>
        Open(path, stream => SafeTensorsHeader.Read(path, stream).Metadata);

    /// <summary>Writes a file, whole or not at all. The same tensors and strings give the same bytes.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="tensors">The tensors by name, on any device.</param>
    /// <param name="metadata">The file's own strings.</param>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        NativeLibraries.EnsureLoaded();
        var header = SafeTensorsHeader.Layout(tensors.Select(pair => (pair.Key, TypeOf(pair.Value), pair.Value.shape)), metadata);
        AtomicFile.Write(path, stream =>
        {
            header.Write(stream);
            using var scope = NewDisposeScope();
            foreach (var entry in header.Entries)
                stream.Write(tensors[entry.Name].detach().cpu().contiguous().bytes);
        });
    }

    private static SafeTensorsType TypeOf(Tensor tensor) =>
        SafeTensorsType.All.FirstOrDefault(type => type.Scalar == tensor.dtype)
        ?? throw new ArgumentException($"safetensors has no element type for {tensor.dtype}.", nameof(tensor));

    private static Tensor ReadTensor(string path, Stream stream, SafeTensorsEntry entry)
    {
        if (entry.End - entry.Begin > int.MaxValue)
            throw new UserErrorException($"{path}: tensor '{entry.Name}' has more than 2 GiB, the most that can be read; split it.");
        // The file object owns its tensors, whatever scope it was read in.
        var tensor = empty(entry.Shape, entry.Type.Scalar).DetachFromDisposeScope();
        try
        {
            var bytes = tensor.bytes;
            stream.ReadExactly(bytes);
            // Any other byte in a bool is undefined behaviour in libtorch.
            if (entry.Type.Scalar == ScalarType.Bool && bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
                throw new CorruptFileException(path, $"tensor '{entry.Name}' holds a truth value that is neither 0 nor 1");
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private static T Open<T>(string path, Func<Stream, T> read)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return read(stream);
        }
        catch (EndOfStreamException error)
        {
            throw new CorruptFileException(path, "it is cut off", error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException($"{path} is not there; check the path.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
