using System.Buffers.Binary;
using System.IO.Compression;
using Empir.Formats;

namespace Empir.Data;

/// <summary>
/// MNIST's format: two zero bytes, the element type (8: bytes), the number of dimensions, each dimension as four bytes,
/// the elements. Usually compressed by gzip.
/// </summary>
/// <param name="Shape">The dimensions.</param>
/// <param name="Data">The elements, row-major.</param>
internal sealed record IdxFile(int[] Shape, byte[] Data)
{
    // Deflate cannot compress better than this, so a short file cannot claim a long content.
    private const long BestCompression = 1032;
    private const int BytesType = 8;

    /// <summary>Reads a file, compressed or not, and no more of it than its header announces.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="file">Its content, seekable.</param>
    /// <param name="dimensions">How many dimensions it must have.</param>
    /// <exception cref="CorruptFileException">The file is not what it should be.</exception>
    public static IdxFile Read(string path, Stream file, int dimensions)
    {
        var compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        var most = compressed ? file.Length * BestCompression : file.Length;
        using var stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;

        var header = new byte[4 + 4 * dimensions];
        stream.ReadExactly(header);
        if (header[0] != 0 || header[1] != 0 || header[2] != BytesType || header[3] != dimensions)
            throw new CorruptFileException(path, $"it begins with {Convert.ToHexStringLower(header[..4])} and not with 000008{dimensions:x2}, as this kind of IDX file does");
        var shape = new int[dimensions];
        var size = 1L;
        for (var i = 0; i < dimensions; i++)
        {
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 + 4 * i));
            size = shape[i] > 0 && size <= int.MaxValue ? size * shape[i] : long.MaxValue;
        }
        if (size > Math.Min(most, Array.MaxLength))
            throw new CorruptFileException(path, $"it should hold {string.Join(" x ", shape)} bytes, which it cannot");

        var data = new byte[size];
        stream.ReadExactly(data);
        // Reading the end also lets gzip compare its checksum.
        if (stream.ReadByte() >= 0)
            throw new CorruptFileException(path, $"it goes on after its {string.Join(" x ", shape)} bytes");
        return new IdxFile(shape, data);
    }
}
