using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Empir.Packed.Files;

namespace Empir.Packed.Tests;

/// <summary>A header says everything, and a file is as large as an array may be.</summary>
public class HeaderTests
{
    private static readonly byte[] Content = PackedFile.ToBytes(Model());

    // What may be null is left out where it is; padding has not always had a mode.
    private static readonly string[] Optional =
        ["majority.tie_break", "conv2d.activations", "conv2d.bias", "linear.activations", "linear.bias", "clip.maximum", "pad.mode"];

    [Fact]
    public void WhatIsLeftOutIsMissed()
    {
        List<string> missed = [];
        foreach (var path in Paths(Header(), ""))
        {
            var header = Header();
            var parent = path.Split('/')[1..^1].Aggregate(header, (node, next) => node is JsonArray array ? array[int.Parse(next, null)]! : node[next]!);
            var name = path.Split('/')[^1];
            Assert.True(parent.AsObject().Remove(name));
            if (Optional.Contains($"{parent["type"] ?? parent["rule"]}.{name}"))
                PackedFile.FromBytes(With(header));
            else
                missed.Add(Assert.Throws<PackedFileException>(() => PackedFile.FromBytes(With(header), path)).Message);
        }
        Assert.True(missed.Count > 100);
    }

    [Fact]
    public void KeptPacksAreRead()
    {
        var packs = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "examples", "Zoo", "Trained"), "*.empirpack", SearchOption.AllDirectories);
        Assert.True(packs.Length >= 8);
        foreach (var pack in packs)
            Assert.Equal(File.ReadAllBytes(pack), PackedFile.ToBytes(PackedFile.Read(pack)));
    }

    [Fact]
    public void AFileIsNoLargerThanAnArray()
    {
        Assert.Equal(Content, PackedFile.ToBytes(Model(), Content.Length));
        Assert.Contains($"Sample cannot be packed: it takes {Content.Length} bytes, more than the {Content.Length - 1}", Assert.Throws<ArgumentException>(() => PackedFile.ToBytes(Model(), Content.Length - 1)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be packed: it takes ", Assert.Throws<ArgumentException>(() => PackedFile.ToBytes(Model(), 1000)).Message, StringComparison.Ordinal);
        var folder = Directory.CreateTempSubdirectory("empir-packed-");
        try
        {
            // Nothing but the beginning takes room on the disk.
            const long Length = 3L << 30;
            var path = Path.Combine(folder.FullName, "a.empirpack");
            using (var file = File.Create(path))
            {
                file.SetLength(Length);
                file.Write(Content.AsSpan(0, 16));
                Span<byte> arrays = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(arrays, Length - 24 - 4 - BinaryPrimitives.ReadInt32LittleEndian(Content.AsSpan(12)));
                file.Write(arrays);
            }
            Assert.Equal($"{path} has {Length} bytes, more than the {Array.MaxLength} that a packed file may have.", Assert.Throws<PackedFileException>(() => PackedFile.Read(path)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Convolutions, pools, a clip with a maximum, and what else a header names.
    private static PackedModel Model()
    {
        var model = SampleModels.Convolutional();
        var shape = new PackedShape(2, 9, 9);
        return model with
        {
            Members =
            [
                .. model.Members,
                new("others",
                [
                    new PackedAffine("bn", [-1], shape, [1, 2], [0, 1]),
                    new PackedClip("", [0], shape, -1, 6),
                    new PackedLeakyRelu("", [1], shape, 0.1f),
                    new PackedPositionBias("bias", [2], shape, new float[2 * 9 * 9]),
                    new PackedPad("", [3], new(2, 11, 11), 1, 1, 0, PackedPadMode.Reflect),
                    new PackedConv2d("conv", [4], shape, new(3, 3, 1, 1, 0, 0, 0, 0), 2, SampleModels.Weights(new(1), 18, 2), new(PackedRule.Lsq, 4, 0.1f, true), [1, 2]),
                    new PackedAdd("", [3, 5], shape),
                    new PackedConcat("", [5, 6], new(4, 9, 9)),
                    new PackedFlatten("", [7], new(4 * 81, 1, 1)),
                    new PackedLinear("fc", [8], new(3, 1, 1), SampleModels.Weights(new(1), 12 * 81, 2), new(PackedRule.Pact, 4, 3), null),
                ]),
            ],
        };
    }

    private static IEnumerable<string> Paths(JsonNode node, string path) => node switch
    {
        JsonObject one => one.Where(property => property.Key != "spec_hash").SelectMany(property => Paths(property.Value!, $"{path}/{property.Key}").Prepend($"{path}/{property.Key}")),
        JsonArray array => array.SelectMany((item, i) => Paths(item!, $"{path}/{i}")),
        _ => [],
    };

    private static JsonNode Header() => JsonNode.Parse(Content.AsSpan(24, BinaryPrimitives.ReadInt32LittleEndian(Content.AsSpan(12))))!;

    // With a length and a checksum that fit.
    private static byte[] With(JsonNode header)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] changed = [.. Content[..24], .. text, .. Content[(24 + BinaryPrimitives.ReadInt32LittleEndian(Content.AsSpan(12)))..]];
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(12), text.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(changed.Length - 4), ChecksumReader.Of(changed.AsSpan(0, changed.Length - 4)));
        return changed;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
