using Empir.Packed.Kernels;
using Empir.Packed.Networks;

namespace Empir.Packed.Tests;

/// <summary>Images so large that the bytes of sixteen, or of one, are more than 32 bits count.</summary>
public class LargeImageTests
{
    [Avx2Theory]
    [InlineData("scalar", 8)]
    [InlineData("winograd", 1)]
    public void FewerOfThemRunTogether(string kernel, int stride)
    {
        const int Channels = 64, Side = 800;
        var shape = new PackedShape(1, ((Side - 1) / stride) + 1, ((Side - 1) / stride) + 1);
        var member = new PackedMember("one",
        [
            new PackedConv2d("conv", [-1], shape, new(3, 3, stride, stride, 1, 1, 1, 1), 1, SampleModels.FullWeights(new(1), Channels * 9), null, null),
            new PackedMaxPool2d("", [0], new(1, 1, 1), new(shape.Height, shape.Width, 1, 1, 0, 0, 0, 0)),
        ]);
        var network = new Network(member, new(Channels, Side, Side, 0, 1), new KernelSelector(kernel), 16, Crew.Options(1));
        var image = (Side + 2L) * (Side + 2) * Channels * sizeof(float);
        // Transforms read a few pixels more.
        Assert.InRange(network.Chunk, int.MaxValue / image - 1, int.MaxValue / image);
        network.Prepare();
        network.Dispose();
        Assert.Equal(5, new Network(member, new(Channels, Side, Side, 0, 1), new KernelSelector(kernel), 5, Crew.Options(1)).Chunk);
    }

    [Fact]
    public void OneThatIsTooLargeIsRefusedByTheLayersName()
    {
        // Either layer's padding alone would do.
        PackedConv2d Conv(string name, PackedWindow window) => new(name, [-1], new(1, 1, 1), window, 1, new FullWeights([1]), null, null);
        var model = new PackedModel(
            "Large", new(1, 1, 1, 0, 1), 1, new PackedMajority(0),
            [new("one", [Conv("high", new(1, 1, 1, 1, 1 << 18, 0, 0, 0)), Conv("wide", new(1, 1, 1, 1, 0, 1 << 18, 0, 0)), new PackedAdd("", [0, 1], new(1, 1, 1))])],
            new Dictionary<string, string>());
        var error = Assert.Throws<NotSupportedException>(() => new PackedEnsemble(PackedFile.FromBytes(PackedFile.ToBytes(model))));
        Assert.StartsWith("one/wide cannot run: its input takes ", error.Message, StringComparison.Ordinal);
    }
}
