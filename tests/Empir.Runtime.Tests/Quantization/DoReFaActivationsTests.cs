using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

public class DoReFaActivationsTests
{
    public static TheoryData<int> Bits => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory, MemberData(nameof(Bits))]
    public void Equals_the_formula_in_double_precision(int bits)
    {
        var steps = (1 << bits) - 1;
        // Every half-way point too: halves go to the even level.
        var values = Enumerable.Range(-steps - 3, 4 * steps + 8).Select(i => i / (2.0 * steps))
            .Concat(Enumerable.Range(0, 200).Select(i => (i * 0.7548776662466927 % 1.6) - 0.3)).ToArray();
        using var x = tensor(values, dtype: ScalarType.Float64);

        using var quantized = new DoReFaActivations(bits).Quantize(x);

        var expected = values.Select(v => Math.Round(Math.Clamp(v, 0, 1) * steps, MidpointRounding.ToEven) / steps);
        Assert.Equal(expected, quantized.data<double>().ToArray());
    }

    [Theory, MemberData(nameof(Bits))]
    public void Passes_the_gradient_inside_the_clip_and_none_outside(int bits)
    {
        using var x = tensor(new[] { -0.5, -1e-9, 0, 0.26, 0.5, 1, 1 + 1e-9, 3 }, requires_grad: true);
        using var weights = tensor(new[] { 1.0, 2, 3, 4, 5, 6, 7, 8 });
        using var quantized = new DoReFaActivations(bits).Quantize(x);
        using var loss = (quantized * weights).sum();
        loss.backward();

        Assert.Equal([0, 0, 3, 4, 5, 6, 0, 0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void One_bit_rounds_a_half_to_zero()
    {
        using var x = tensor(new[] { 0.5f, 0.5001f });
        using var quantized = new DoReFaActivations(1).Quantize(x);

        Assert.Equal([0, 1], quantized.data<float>().ToArray());
    }

    [Fact]
    public void The_input_is_not_changed()
    {
        using var x = tensor(new[] { 0.3f, 0.6f });
        using var quantized = new DoReFaActivations(2).Quantize(x);

        Assert.Equal([0.3f, 0.6f], x.data<float>().ToArray());
    }

    [Fact]
    public void None_neither_rounds_nor_clips()
    {
        using var x = tensor(new[] { -2f, 0.123f, 7 });
        using var same = ActivationQuantizer.None.Quantize(x);

        Assert.Equal([-2f, 0.123f, 7], same.data<float>().ToArray());
    }

    [Theory, InlineData(0), InlineData(17), InlineData(32), InlineData(-1)]
    public void Other_widths_are_refused(int bits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DoReFaActivations(bits));
}
