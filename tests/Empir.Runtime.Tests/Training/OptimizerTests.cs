using Empir.Data;
using Empir.Quantization;
using Empir.Training;
using Empir.Training.Optimizers;
using TorchSharp.Modules;

namespace Empir.Tests.Training;

/// <summary>Steps of the optimisers, the schedule and the clip against their formulas in double precision.</summary>
public class OptimizerTests
{
    public static TheoryData<string> Kinds => ["sgd", "momentum", "nesterov", "adamw", "scheduled", "clipped"];

    [Theory, MemberData(nameof(Kinds))]
    public void Steps_follow_the_settings(string kind)
    {
        var settings = new TrainingSettings("two", 4, 2, new SgdSettings(0.5)) switch
        {
            var plain when kind == "momentum" => plain with { Optimizer = new SgdSettings(0.5, 0.9, WeightDecay: 0.1) },
            var plain when kind == "nesterov" => plain with { Optimizer = new SgdSettings(0.5, 0.9, Nesterov: true, WeightDecay: 0.1) },
            var plain when kind == "adamw" => plain with { Optimizer = new AdamWSettings(0.01, 0.8, 0.95, 1e-3, 0.2) },
            var plain when kind == "scheduled" => plain with { Schedule = new StepRate([1, 3], 0.5) },
            var plain when kind == "clipped" => plain with { GradientClip = 0.1 },
            var plain => plain,
        };
        using var net = new TwoByTwo();
        using var images = new ImageDataset("two", ["a", "b"], (1, 1, 2), [255, 0, 0, 255], [0, 1]);
        new Trainer(new Empir.Modules.MemberCard("net", 1, net.Card), settings, "spec").Train(net, images);

        Assert.All(net.Values().Zip(ByHand(settings)), pair => Assert.Equal(pair.Second, pair.First, 0.5e-5));
    }

    [Theory, MemberData(nameof(Settings))]
    public void Steps_are_TorchSharps_bit_for_bit(OptimizerSettings settings)
    {
        using var scope = torch.NewDisposeScope();
        using var random = new torch.Generator(3);
        var start = torch.randn([7, 5], generator: random);
        Parameter mine = new(start.clone()), theirs = new(start.clone()), idle = new(start.clone());
        Parameter[] both = [theirs, idle];
        using OptimizerHelper reference = settings switch
        {
            AdamSettings adam => new TorchSharp.Modules.Adam(both, adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon),
            AdamWSettings adam => new AdamW(both, adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay),
            SgdSettings sgd => new SGD(both, sgd.LearningRate, sgd.Momentum, weight_decay: sgd.WeightDecay, nesterov: sgd.Nesterov),
            _ => throw new InvalidOperationException(),
        };
        using Optimizer optimizer = Optimizer.Of(settings, mine), unused = Optimizer.Of(settings, idle);
        for (var step = 1; step <= 20; step++)
        {
            var gradient = torch.randn([7, 5], generator: random);
            optimizer.ClearGradient();
            reference.zero_grad();
            mine.mul(gradient).sum().backward();
            theirs.mul(gradient).sum().backward();
            var rate = settings.LearningRate / step;
            foreach (var group in reference.ParamGroups)
                group.LearningRate = rate;
            optimizer.Step(rate);
            unused.Step(rate);
            reference.step();
            Assert.Equal(theirs.data<float>().ToArray(), mine.data<float>().ToArray());
        }
        Assert.Equal(start.data<float>().ToArray(), idle.data<float>().ToArray());
    }

    [Theory, InlineData("adamw"), InlineData("sgd")]
    public void Weights_decay_and_learned_ranges_do_not(string kind)
    {
        using var scope = torch.NewDisposeScope();
        OptimizerSettings settings = kind == "sgd" ? new SgdSettings(0.1, WeightDecay: 0.5) : new AdamWSettings(0.1, WeightDecay: 0.5);
        using var net = new Nested(1, new LsqWeights(3), new PactActivations(3));
        net.call(torch.rand(2, 1, 28, 28));
        var before = net.named_parameters().ToDictionary(one => one.name, one => one.parameter.detach().clone());
        using var optimization = new Optimization(new("synthetic", 1, 2, settings), [new(new("net", 1, net.Card), net)]);
        // A loss whose gradient is zero leaves the decay alone.
        optimization.Step(net.parameters().Select(one => one.sum().mul(0)).Aggregate((sum, next) => sum.add(next)), 0.1);

        Assert.Equal(4, before.Keys.Count(IsRange));
        Assert.All(net.named_parameters(), one => Assert.Equal(
            0, one.parameter.sub(before[one.name].mul(IsRange(one.name) ? 1 : 0.95)).abs().max().ToDouble(), 1e-6));

        static bool IsRange(string name) => name.EndsWith("_step", StringComparison.Ordinal) || name.EndsWith("_clip", StringComparison.Ordinal);
    }

    public static TheoryData<OptimizerSettings> Settings =>
    [
        new AdamSettings(0.01), new AdamWSettings(0.01, 0.8, 0.95, 1e-3, 0.2), new SgdSettings(0.5), new SgdSettings(0.5, WeightDecay: 0.1),
        new SgdSettings(0.5, 0.9, WeightDecay: 0.1), new SgdSettings(0.5, 0.9, Nesterov: true),
    ];

    private static double[] ByHand(TrainingSettings settings)
    {
        var w = TwoByTwo.Initial.ToArray();
        double[] mean = new double[4], square = new double[4];
        for (var step = 1; step <= 4; step++)
        {
            var gradient = TwoByTwo.Gradient(w);
            if (settings.GradientClip is { } clip)
            {
                var norm = Math.Sqrt(gradient.Sum(g => g * g));
                Assert.True(norm > clip);
                gradient = [.. gradient.Select(g => g * clip / (norm + 1e-6))];
            }
            var rate = settings.Schedule.Rate(settings.Optimizer.LearningRate, step - 1, 1, 4);
            for (var i = 0; i < 4; i++)
                w[i] = settings.Optimizer switch
                {
                    SgdSettings sgd => Sgd(sgd, rate, w[i], gradient[i] + (sgd.WeightDecay * w[i]), ref mean[i], step),
                    AdamWSettings adam => AdamW(adam, rate, w[i], gradient[i], ref mean[i], ref square[i], step),
                    _ => throw new InvalidOperationException(),
                };
        }
        return w;
    }

    private static double Sgd(SgdSettings sgd, double rate, double w, double g, ref double v, int step)
    {
        v = step == 1 ? g : (sgd.Momentum * v) + g;
        return w - (rate * (sgd.Nesterov ? g + (sgd.Momentum * v) : v));
    }

    private static double AdamW(AdamWSettings adam, double rate, double w, double g, ref double mean, ref double square, int step)
    {
        mean = (adam.Beta1 * mean) + ((1 - adam.Beta1) * g);
        square = (adam.Beta2 * square) + ((1 - adam.Beta2) * g * g);
        var unbiased = Math.Sqrt(square / (1 - Math.Pow(adam.Beta2, step)));
        return (w * (1 - (rate * adam.WeightDecay))) - (rate * mean / (1 - Math.Pow(adam.Beta1, step)) / (unbiased + adam.Epsilon));
    }
}
