using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Empir.Packed.Files;

namespace Empir.Packed.Tests;

public class PackedFileTests
{
    private static readonly byte[] Content = PackedFile.ToBytes(SampleModels.Convolutional());

    [Fact]
    public void WhatIsReadIsWhatWasWritten()
    {
        var read = PackedFile.FromBytes(Content);
        Assert.Equal(Content, PackedFile.ToBytes(read));
        var (wanted, actual) = (SampleModels.Convolutional(), read);
        Assert.Equal(wanted.Input, actual.Input);
        Assert.Equal(wanted.Metadata, actual.Metadata);
        Assert.Equal(wanted.Fusion, actual.Fusion);
        var (conv, copy) = ((PackedConv2d)wanted.Members[0].Layers[0], (PackedConv2d)actual.Members[0].Layers[0]);
        Assert.Equal((conv.Window, conv.Output, conv.Activations), (copy.Window, copy.Output, copy.Activations));
        Assert.Equal(((LowBitWeights)conv.Weights).Planes, ((LowBitWeights)copy.Weights).Planes);
        Assert.Equal(((LowBitWeights)conv.Weights).Scales, ((LowBitWeights)copy.Weights).Scales);
    }

    [Fact]
    public void AFileIsReplacedAsAWhole()
    {
        var folder = Directory.CreateTempSubdirectory("empir-packed-");
        try
        {
            var path = Path.Combine(folder.FullName, "a.empirpack");
            File.WriteAllText(path, "old");
            PackedFile.Write(path, SampleModels.Convolutional());
            Assert.Equal(Content, File.ReadAllBytes(path));
            Assert.Equal([path], Directory.GetFiles(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void TwoBitsTakeTwoBits()
    {
        var low = (LowBitWeights)((PackedConv2d)SampleModels.Convolutional().Members[0].Layers[3]).Weights;
        Assert.Equal(2 * ((7 * 5 * 9 + 7) / 8), low.Planes.Length);
    }

    // In every plane, from every bit of a byte on, up to the last.
    [Fact]
    public void WhatIsUnpackedIsWhatWasPacked()
    {
        var random = new Random(19);
        for (var round = 0; round < 400; round++)
        {
            var (bits, numbers) = (random.Next(1, 9), new byte[random.Next(1, 150)]);
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = (byte)random.Next(1 << bits);
            var weights = new LowBitWeights(bits, LowBitWeights.ToPlanes(numbers, bits), 1, 0, [1]);
            var first = random.Next(numbers.Length);
            var some = new byte[random.Next(1, numbers.Length - first + 1)];
            weights.Read(numbers.Length, first, some);
            Assert.Equal(numbers[first..(first + some.Length)], some);
        }
    }

    [Fact]
    public void EveryFlippedBitIsRefused()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var damaged = Content.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Refuse(damaged);
        }
    }

    [Fact]
    public void EveryOtherLengthIsRefused()
    {
        for (var length = 0; length < Content.Length; length += length < 64 ? 1 : 37)
            Refuse(Content[..length]);
        Refuse([.. Content, 0]);
    }

    // With a checksum that fits, so that what lies behind it is tried too.
    [Fact]
    public void AForgedFileIsRefusedOrRuns()
    {
        var random = new Random(11);
        var header = BinaryPrimitives.ReadInt32LittleEndian(Content.AsSpan(12));
        for (var round = 0; round < 1500; round++)
        {
            var forged = Content.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                forged[24 + random.Next(header)] = (byte)"0123456789-,[]{}\":abe."[random.Next(22)];
            BinaryPrimitives.WriteUInt32LittleEndian(forged.AsSpan(forged.Length - 4), ChecksumReader.Of(forged.AsSpan(0, forged.Length - 4)));
            try
            {
                var model = PackedFile.FromBytes(forged, "forged.empirpack");
                if (model.Input.Channels * model.Input.Height * model.Input.Width > 10_000)
                    continue;
                using var ensemble = new PackedEnsemble(model, new() { Threads = 1 });
                ensemble.Predict(new float[model.Input.Channels * model.Input.Height * model.Input.Width], new int[1]);
            }
            catch (PackedFileException error)
            {
                Assert.Contains("forged.empirpack", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    [Fact]
    public void AFileIsReadAsItsBytesAre()
    {
        var folder = Directory.CreateTempSubdirectory("empir-packed-");
        try
        {
            var path = Path.Combine(folder.FullName, "a.empirpack");
            File.WriteAllBytes(path, Content);
            Assert.Equal(Content, PackedFile.ToBytes(PackedFile.Read(path)));
            File.WriteAllBytes(path, Content[..^1]);
            Assert.StartsWith($"{path} is damaged", Assert.Throws<PackedFileException>(() => PackedFile.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // So that no header makes more of a file than is in it.
    [Fact]
    public void ArraysLieInTheOrderOfTheHeader()
    {
        var header = Encoding.UTF8.GetString(Content, 24, BinaryPrimitives.ReadInt32LittleEndian(Content.AsSpan(12)));
        var later = Regex.Matches(header, @"\[([0-9]+),[0-9]+\]").First(array => array.Groups[1].Value is { Length: > 1 });
        var forged = Content.ToArray();
        Encoding.UTF8.GetBytes("0".PadRight(later.Groups[1].Length)).CopyTo(forged, 24 + later.Groups[1].Index);
        BinaryPrimitives.WriteUInt32LittleEndian(forged.AsSpan(forged.Length - 4), ChecksumReader.Of(forged.AsSpan(0, forged.Length - 4)));
        var error = Assert.Throws<PackedFileException>(() => PackedFile.FromBytes(forged));
        Assert.Contains("behind those before it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheChecksumIsThatOfAllThatWasRead()
    {
        // The polynomial's published check value.
        Assert.Equal(0xE3069283, ChecksumReader.Of("123456789"u8));
        var random = new Random(13);
        var bytes = new byte[200_001];
        random.NextBytes(bytes);
        var reader = new ChecksumReader(new MemoryStream(bytes));
        var read = new byte[bytes.Length];
        reader.Read(read.AsSpan(0, 7));
        reader.Skip(4099);
        reader.Read(read.AsSpan(4106));
        Assert.Equal(bytes[4106..], read[4106..]);
        Assert.Equal(ChecksumReader.Of(bytes), reader.Crc);
        Assert.Throws<EndOfStreamException>(() => reader.Read(new byte[1]));
    }

    [Fact]
    public void OtherFilesAreNamedWhatTheyAre()
    {
        var error = Assert.Throws<PackedFileException>(() => PackedFile.FromBytes(Encoding.UTF8.GetBytes(new string('x', 100)), "a.txt"));
        Assert.Equal("a.txt is not a packed ensemble; write one by packing the ensemble.", error.Message);
        var newer = Content.ToArray();
        newer[8] = 9;
        error = Assert.Throws<PackedFileException>(() => PackedFile.FromBytes(newer, "a.empirpack"));
        Assert.Equal("a.empirpack has version 9 of the format, and this Empir reads version 1; pack it again.", error.Message);
    }

    [Fact]
    public void AModelThatContradictsItselfIsNotWritten()
    {
        var model = SampleModels.Convolutional();
        var error = Assert.Throws<ArgumentException>(() => PackedFile.ToBytes(model with { Classes = 4 }));
        Assert.Contains("member_0 does not give 4 logits", error.Message, StringComparison.Ordinal);
        Assert.Contains("there is no member 5", Assert.Throws<ArgumentException>(() => PackedFile.ToBytes(model with { Fusion = new PackedMajority(5) })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PackedPadMode.Constant, 2, 2, true)]
    [InlineData(PackedPadMode.Replicate, 2, 2, true)]
    [InlineData(PackedPadMode.Circular, 1, 2, true)]
    [InlineData(PackedPadMode.Circular, 2, 2, false)]
    [InlineData(PackedPadMode.Circular, 1, 3, false)]
    [InlineData(PackedPadMode.Reflect, 0, 1, true)]
    [InlineData(PackedPadMode.Reflect, 1, 1, false)]
    [InlineData(PackedPadMode.Reflect, 0, 2, false)]
    [InlineData((PackedPadMode)9, 0, 0, false)]
    public void APadTakesWhatTheImageHas(PackedPadMode mode, int rows, int columns, bool isWritten)
    {
        var model = new PackedModel(
            "Pad", new(1, 1, 2, 0, 1), (1 + rows) * (2 + columns), new PackedMajority(0),
            [new("one", [new PackedPad("", [-1], new(1, 1 + rows, 2 + columns), 0, 0, 0, Mode: mode), new PackedFlatten("", [0], new((1 + rows) * (2 + columns), 1, 1))])],
            new Dictionary<string, string>());

        if (isWritten)
            using (var ensemble = new PackedEnsemble(PackedFile.FromBytes(PackedFile.ToBytes(model)), new() { Threads = 1 }))
                ensemble.Predict(new float[2], new int[1]);
        else
            Assert.Contains("does not fit its input", Assert.Throws<ArgumentException>(() => PackedFile.ToBytes(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APositionHasOneBias()
    {
        var layer = new PackedPositionBias("bias", [-1], new(1, 1, 2), [1, 2]);
        PackedModel Model(PackedPositionBias bias) => new(
            "Bias", new(1, 1, 2, 0, 1), 2, new PackedMajority(0), [new("one", [bias, new PackedFlatten("", [0], new(2, 1, 1))])], new Dictionary<string, string>());

        var logits = new float[2];
        using (var ensemble = new PackedEnsemble(PackedFile.FromBytes(PackedFile.ToBytes(Model(layer))), new() { Threads = 1 }))
            ensemble.Logits([0.5f, 0.25f], logits);
        Assert.Equal([1.5f, 2.25f], logits);
        Assert.Throws<ArgumentException>(() => PackedFile.ToBytes(Model(layer with { Bias = [1] })));
        Assert.Throws<ArgumentException>(() => PackedFile.ToBytes(Model(layer with { Bias = [1, float.NaN] })));
    }

    // One beside the other, sizes that are allowed make products of more than 32 bits.
    [Theory]
    [InlineData(1, 1 << 20, 4097)]
    [InlineData(2049, (1 << 20) - 1, 2049)]
    public void AWindowStaysInTheImage(int size, int stride, int outputs)
    {
        var weights = new LowBitWeights(1, new byte[LowBitWeights.PlaneBytes(size, 1)], 1, 0, [1]);
        PackedConv2d Conv(PackedShape output, PackedWindow window) => new("conv", [-1], output, window, 1, weights, SampleModels.DoReFa(1), null);
        foreach (var conv in new[] { Conv(new(1, 1, outputs), new(1, size, 1, stride, 0, 0, 0, 0)), Conv(new(1, outputs, 1), new(size, 1, stride, 1, 0, 0, 0, 0)) })
            Assert.Contains("does not fit its input", Refused(OneMember(outputs, conv, new PackedFlatten("", [0], new(outputs, 1, 1)))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(int.MaxValue, 0, 0)]
    [InlineData(0, int.MaxValue, 0)]
    [InlineData(0, 0, int.MaxValue)]
    public void APadLeavesTheImageItsPlace(int top, int left, int front) =>
        Assert.Contains("does not fit its input", Refused(OneMember(8, new PackedPad("", [-1], new(2, 2, 2), top, left, front), new PackedFlatten("", [0], new(8, 1, 1)))), StringComparison.Ordinal);

    [Fact]
    public void APadMayNameItsZeros()
    {
        var content = PackedFile.ToBytes(OneMember(3, new PackedPad("", [-1], new(3, 1, 1), 0, 0, 1)));
        var logits = new float[3];
        using var ensemble = new PackedEnsemble(PackedFile.FromBytes(WithHeader(content, header => header.Replace("\"front\":1", "\"front\":1,\"value\":0", StringComparison.Ordinal))), new() { Threads = 1 });
        ensemble.Logits([0.5f], logits);
        Assert.Equal([0, 0.5f, 0], logits);
    }

    [Fact]
    public void MetadataAreStrings()
    {
        Assert.Contains("something is missing", Refused(SampleModels.Convolutional() with { Metadata = new Dictionary<string, string> { [PackedModel.ClassNamesKey] = null! } }), StringComparison.Ordinal);
        Refuse(WithHeader(Content, header => header.Replace("\"spec_hash\":\"0\"", "\"class_names\":null", StringComparison.Ordinal)));
    }

    [Fact]
    public void ClassesAndMembersAreLimited()
    {
        PackedModel Model(int classes, int members) => new(
            "Many", new(1, 1, 1, 0, 1), classes, new PackedMaxConfidence(),
            [.. Enumerable.Repeat(new PackedMember("one", [new PackedPad("", [-1], new(classes, 1, 1), 0, 0, 0)]), members)], new Dictionary<string, string>());

        Assert.Equal(1 << 15, PackedFile.FromBytes(PackedFile.ToBytes(Model(1 << 15, 1))).Classes);
        Assert.Equal(1 << 10, PackedFile.FromBytes(PackedFile.ToBytes(Model(2, 1 << 10))).Members.Count);
        Assert.Contains("it has 32769 classes", Refused(Model((1 << 15) + 1, 1)), StringComparison.Ordinal);
        Assert.Contains("it has 1025 members", Refused(Model(2, (1 << 10) + 1)), StringComparison.Ordinal);
    }

    private static PackedModel OneMember(int classes, params PackedLayer[] layers) =>
        new("One", new(1, 1, 1, 0, 1), classes, new PackedMajority(0), [new("one", layers)], new Dictionary<string, string>());

    // With a length and a checksum that fit.
    private static byte[] WithHeader(byte[] content, Func<string, string> change)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(12));
        var before = Encoding.UTF8.GetString(content, 24, length);
        var after = change(before);
        Assert.NotEqual(before, after);
        byte[] changed = [.. content[..24], .. Encoding.UTF8.GetBytes(after), .. content[(24 + length)..]];
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(12), Encoding.UTF8.GetByteCount(after));
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(changed.Length - 4), ChecksumReader.Of(changed.AsSpan(0, changed.Length - 4)));
        return changed;
    }

    private static string Refused(PackedModel model) => Assert.Throws<ArgumentException>(() => PackedFile.ToBytes(model)).Message;

    private static void Refuse(byte[] content)
    {
        var error = Assert.Throws<PackedFileException>(() => PackedFile.FromBytes(content, "a.empirpack"));
        Assert.StartsWith("a.empirpack ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
