using System.Runtime.InteropServices;
using Empir.Formats;
using Empir.Modules;
using Empir.Packed;

namespace Empir.CommandLine.Measuring;

/// <summary>What a bench's other processes work on, in a temporary folder: the pack, the full-precision member's weights and the images.</summary>
internal sealed record BenchFolder(string Path)
{
    public string Pack => In("ensemble.empirpack");

    public string Weights => In("full.safetensors");

    private string Images => In("images.f32");

    public void Write(PackedModel model, Classifier full, ReadOnlySpan<float> images)
    {
        PackedFile.Write(Pack, model);
        StateDict.Write(Weights, full);
        using var file = File.Create(Images);
        file.Write(MemoryMarshal.AsBytes(images));
    }

    public float[] ReadImages() => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Images)).ToArray();

    private string In(string file) => System.IO.Path.Combine(Path, file);
}
