using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Modules;

/// <summary>Pools against the mean or maximum of the pixels each window covers, listed one by one.</summary>
public class PoolTests
{
    [Theory]
    [InlineData(6, 2, 2, 0, 1, false)]
    [InlineData(7, 3, 2, 1, 1, false)]
    [InlineData(7, 3, 2, 0, 2, false)]
    [InlineData(8, 3, 2, 1, 1, true)]
    [InlineData(8, 2, 3, 1, 2, true)]
    public void Max_is_the_largest_pixel_of_each_window(int size, int kernel, int stride, int padding, int dilation, bool ceil)
    {
        using var x = randn([1, 1, size, size], ScalarType.Float64);
        using var y = Operations.MaxPool2d(x, (kernel, kernel), (stride, stride), (padding, padding), (dilation, dilation), ceil);

        AssertWindows(x, y, stride, padding, padding, offsets: kernel, dilation, pixels => pixels.Max());
    }

    [Fact]
    public void Padding_never_wins()
    {
        using var x = -ones(1, 1, 2, 2);
        using var y = Operations.MaxPool2d(x, kernel: (2, 2), stride: (1, 1), padding: (1, 1));

        Assert.All(y.data<float>().ToArray(), value => Assert.Equal(-1, value));
    }

    [Theory]
    [InlineData(6, 2, 2, 0, false)]
    [InlineData(7, 3, 2, 1, false)]
    [InlineData(8, 3, 2, 1, true)]
    public void Average_without_padding_counts_the_images_pixels_only(int size, int kernel, int stride, int padding, bool ceil)
    {
        using var x = randn([1, 1, size, size], ScalarType.Float64);
        using var y = Operations.AvgPool2d(x, (kernel, kernel), (stride, stride), (padding, padding), ceil, countIncludePad: false);

        AssertWindows(x, y, stride, padding, padding, kernel, 1, pixels => pixels.Average());
    }

    [Fact]
    public void Average_counts_zero_padding_by_default()
    {
        using var x = ones(1, 1, 2, 2);
        using var y = Operations.AvgPool2d(x, kernel: (2, 2), stride: (1, 1), padding: (1, 1));

        Assert.Equal([0.25f, 0.5f, 0.25f, 0.5f, 1, 0.5f, 0.25f, 0.5f, 0.25f], y.data<float>().ToArray());
    }

    [Theory]
    [InlineData(7, 3, 2)]
    [InlineData(8, 3, 2)]
    [InlineData(9, 5, 3)]
    [InlineData(5, 2, 1)]
    public void Same_average_is_the_mean_of_the_pixels_there_are(int size, int kernel, int stride)
    {
        // TensorFlow's rule: as many windows as strides fit, the odd pixel of padding after the image.
        var missing = Math.Max((((size + stride - 1) / stride) - 1) * stride + kernel - size, 0);
        using var x = randn([1, 1, size, size], ScalarType.Float64);
        using var y = Operations.AvgPool2dSame(
            x, (kernel, kernel), (stride, stride), left: missing / 2, right: missing - missing / 2, top: missing / 2, bottom: missing - missing / 2);

        Assert.Equal((size + stride - 1) / stride, y.shape[3]);
        AssertWindows(x, y, stride, missing / 2, missing / 2, kernel, 1, pixels => pixels.Average());
    }

    [Fact]
    public void Same_average_knows_its_sides_apart()
    {
        using var x = tensor(new float[,,,] { { { { 1, 2, 3 }, { 4, 5, 6 } } } });
        using var y = Operations.AvgPool2dSame(x, (1, 2), (1, 2), left: 1, right: 0, top: 0, bottom: 0);

        Assert.Equal([1, 2.5f, 4, 5.5f], y.data<float>().ToArray());
    }

    [Fact]
    public void Adaptive_pools_divide_the_image()
    {
        using var x = arange(16, ScalarType.Float32).view(1, 1, 4, 4);
        using var mean = Operations.AdaptiveAvgPool2d(x, (2, 1));
        using var largest = Operations.AdaptiveMaxPool2d(x, (2, 1));

        Assert.Equal([1, 1, 2, 1], mean.shape);
        Assert.Equal([3.5f, 11.5f], mean.data<float>().ToArray());
        Assert.Equal([7f, 15], largest.data<float>().ToArray());
    }

    [Fact]
    public void Global_pools_leave_one_value_per_channel()
    {
        using var x = arange(12, ScalarType.Float32).view(1, 2, 2, 3);
        using var mean = Operations.GlobalAvgPool2d(x);
        using var largest = Operations.GlobalMaxPool2d(x);

        Assert.Equal([1, 2], mean.shape);
        Assert.Equal([2.5f, 8.5f], mean.data<float>().ToArray());
        Assert.Equal([5f, 11], largest.data<float>().ToArray());
    }

    private static void AssertWindows(
        Tensor x, Tensor y, int stride, int top, int left, int offsets, int dilation, Func<IEnumerable<double>, double> pool)
    {
        for (var row = 0; row < y.shape[2]; row++)
            for (var column = 0; column < y.shape[3]; column++)
            {
                var pixels =
                    from i in Enumerable.Range(0, offsets).Select(k => row * stride - top + k * dilation)
                    from j in Enumerable.Range(0, offsets).Select(k => column * stride - left + k * dilation)
                    where i >= 0 && i < x.shape[2] && j >= 0 && j < x.shape[3]
                    select x[0, 0, i, j].ToDouble();
                Assert.Equal(pool(pixels), y[0, 0, row, column].ToDouble(), 0.5e-12);
            }
    }
}
