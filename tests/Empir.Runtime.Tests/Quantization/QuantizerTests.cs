using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Tests.Quantization;

/// <summary>What every quantiser promises.</summary>
public class QuantizerTests
{
    private static readonly Dictionary<string, (int Bits, Func<Tensor, Tensor> Quantize)> All =
        Quantizers.Weights.Select(entry => (entry.Key, (entry.Value.Bits, (Func<Tensor, Tensor>)entry.Value.Quantize)))
            .Concat(Quantizers.Activations.Select(entry => (entry.Key, (entry.Value.Bits, (Func<Tensor, Tensor>)entry.Value.Quantize))))
            .ToDictionary();

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> LowBit => [.. All.Where(entry => entry.Value.Bits < 32).Select(entry => entry.Key)];

    // tanh moves the levels of a DoReFa weight, so only its own 1-bit dialect can find them again.
    public static TheoryData<string> Idempotent =>
        [.. All.Keys.Where(name => !name.Contains("DoReFaWeights", StringComparison.Ordinal) || name.Contains("Dialect = DoReFa,", StringComparison.Ordinal))];

    [Fact]
    public void Every_quantiser_is_tested() => Assert.Equal(
        [],
        typeof(WeightQuantizer).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(WeightQuantizer)) || type.IsAssignableTo(typeof(ActivationQuantizer)))
            .Where(type => !type.IsAbstract)
            .Except(Quantizers.Weights.Values.Select(each => each.GetType())).Except(Quantizers.Activations.Values.Select(each => each.GetType())));

    [Theory, MemberData(nameof(Names))]
    public void Leaves_its_input_and_nothing_but_its_result(string name)
    {
        using var x = Draw(ScalarType.Float32);
        var before = x.data<float>().ToArray();
        All[name].Quantize(x).Dispose();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using var y = All[name].Quantize(x);

        Assert.Equal(live + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(before, x.data<float>().ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Keeps_shape_and_type(string name)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var x = Draw(type);
            using var y = All[name].Quantize(x);
            Assert.Equal((x.dtype, "4x3x2x2"), (y.dtype, string.Join('x', y.shape)));
        }
    }

    [Theory, MemberData(nameof(LowBit))]
    public void Has_no_more_levels_than_its_bits_allow(string name)
    {
        using var x = Draw(ScalarType.Float64, outputs: 1, inputs: 400);
        using var y = All[name].Quantize(x);

        Assert.InRange(y.data<double>().ToArray().Distinct().Count(), 2, 1 << All[name].Bits);
    }

    [Theory, MemberData(nameof(Names))]
    public void Gives_its_input_a_finite_gradient_that_is_not_zero(string name)
    {
        using var x = Draw(ScalarType.Float64).requires_grad_();
        using var y = All[name].Quantize(x);
        using var loss = (y * y.detach()).sum();
        loss.backward();

        Assert.True(x.grad!.isfinite().all().ToBoolean());
        Assert.NotEqual(0, x.grad!.abs().sum().ToDouble());
    }

    [Theory, MemberData(nameof(Idempotent))]
    public void Quantising_twice_is_quantising_once(string name)
    {
        using var x = Draw(ScalarType.Float64);
        var quantize = Fixed(name, x);
        using var once = quantize(x);
        using var twice = quantize(once);

        Assert.All(twice.data<double>().Zip(once.data<double>()), pair => Assert.Equal(pair.Second, pair.First, 0.5e-12));
    }

    // A learned range stays where it is.
    private static Func<Tensor, Tensor> Fixed(string name, Tensor x)
    {
        object quantizer = Quantizers.Weights.TryGetValue(name, out var weights) ? weights : Quantizers.Activations[name];
        if (quantizer is not ILearnedRange learned)
            return All[name].Quantize;
        var range = learned.InitialRange(x);
        return values => learned.Quantize(values, range);
    }

    // Within the range that weights and activations have, some outside every clip but PACT's.
    private static Tensor Draw(ScalarType type, int outputs = 4, int inputs = 3)
    {
        var random = new Random(5);
        return tensor(
            Enumerable.Range(0, outputs * inputs * 4).Select(_ => random.NextDouble() * 5 - 2).ToArray(), [outputs, inputs, 2, 2], dtype: type);
    }
}
