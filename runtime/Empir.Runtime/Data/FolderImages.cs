using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using Empir.Native;
using static TorchSharp.torch;

namespace Empir.Data;

/// <summary>Images that stay in their files and are decoded when a batch asks for them, on all processors.</summary>
/// <param name="folder">The folder that the files are in.</param>
/// <param name="files">The files, relative to it.</param>
/// <param name="resize">Short side before cutting, pixels.</param>
/// <param name="crop">Sides of what is kept, pixels.</param>
internal sealed class FolderImages(string folder, string[] files, int resize, int crop) : ImageStore
{
    public override int Count => files.Length;

    public override Tensor Read(ReadOnlySpan<long> indices, ImageCutter? cut = null)
    {
        NativeLibraries.EnsureLoaded();
        var wanted = indices.ToArray();
        var images = new byte[wanted.Length][];
        try
        {
            Parallel.For(0, wanted.Length, i => images[i] = Read(wanted[i]));
        }
        catch (AggregateException errors)
        {
            // Whoever reads one image at a time would meet the first.
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
        var batch = empty([wanted.Length, 3, crop, crop], ScalarType.Byte);
        for (var i = 0; i < images.Length; i++)
            images[i].CopyTo(batch.bytes[(i * images[i].Length)..]);
        return batch;

        byte[] Read(long index)
        {
            var path = Path.Combine(folder, files[index]);
            return cut is null ? ImageFile.Read(path, resize, crop) : ImageFile.Read(path, (height, width) => cut(index, height, width), crop);
        }
    }

    public override ImageStore First(int count) => new FolderImages(folder, files[..count], resize, crop);

    public override void Dispose() { }

    public override void AppendTo(IncrementalHash hash)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"resize {resize} crop {crop}\n")));
        foreach (var file in files)
        {
            var length = DatasetFile.Read(Path.Combine(folder, file), () => File.OpenRead(Path.Combine(folder, file)), stream => stream.Length);
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.Replace('\\', '/')} {length}\n")));
        }
    }
}
