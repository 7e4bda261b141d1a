using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

public class PaddingTests
{
    [Fact]
    public void Each_side_gets_its_own_width()
    {
        using var x = ones(1, 1, 1, 2);
        using var zeros = Operations.Pad(x, left: 1, right: 2, top: 0, bottom: 1);
        using var sevens = Operations.Pad(x, left: 1, right: 2, top: 0, bottom: 1, value: 7);

        Assert.Equal([1, 1, 2, 5], zeros.shape);
        Assert.Equal([0, 1, 1, 0, 0, 0, 0, 0, 0, 0], zeros.data<float>().ToArray());
        Assert.Equal([7, 1, 1, 7, 7, 7, 7, 7, 7, 7], sevens.data<float>().ToArray());
    }

    [Theory]
    [InlineData(PaddingModes.Reflect, new[] { 3f, 2, 1, 2, 3, 2 })]
    [InlineData(PaddingModes.Replicate, new[] { 1f, 1, 1, 2, 3, 3 })]
    [InlineData(PaddingModes.Circular, new[] { 2f, 3, 1, 2, 3, 1 })]
    public void Modes_continue_the_image(PaddingModes mode, float[] expected)
    {
        using var x = tensor(new float[,,,] { { { { 1, 2, 3 } } } });
        using var y = Operations.Pad(x, left: 2, right: 1, top: 0, bottom: 0, mode: mode);

        Assert.Equal(expected, y.data<float>().ToArray());
    }

    [Fact]
    public void Channels_of_zeros_go_before_and_after()
    {
        using var x = ones(2, 1, 1, 2);
        using var y = Operations.PadChannels(x, before: 1, after: 2);

        Assert.Equal([2, 4, 1, 2], y.shape);
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 0], y[1].data<float>().ToArray());
    }
}
