using Empir.Data;
using Empir.Modules;
using Empir.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Training;

/// <summary>Training steps against Adam and the smoothed cross-entropy written out in double precision.</summary>
public class AdamTests
{
    [Fact]
    public void Steps_follow_the_settings()
    {
        var settings = new TrainingSettings("two", 3, 2, new AdamSettings(0.01, 0.8, 0.95, 1e-3), LabelSmoothing: 0.2);
        using var net = new Weights();
        net.to(ScalarType.Float32);
        using var images = new ImageDataset("two", ["a", "b"], (1, 1, 2), [255, 0, 0, 255], [0, 1]);
        new Trainer(new("net", 1, net.Card), settings, "spec").Train(net, images);

        Assert.All(net.Values().Zip(ByHand(settings)), pair => Assert.Equal(pair.Second, pair.First, 5));
    }

    private static double[] ByHand(TrainingSettings settings)
    {
        // Both images are one-hot, so image i sees column i of the 2x2 weights, stored as [class, pixel].
        double[] w = [0.3, -0.2, 0.1, 0.4], mean = new double[4], square = new double[4];
        for (var step = 1; step <= 3; step++)
        {
            var gradient = new double[4];
            for (var image = 0; image < 2; image++)
            {
                var sum = Math.Exp(w[image]) + Math.Exp(w[2 + image]);
                for (var c = 0; c < 2; c++)
                {
                    var target = ((1 - settings.LabelSmoothing) * (c == image ? 1 : 0)) + (settings.LabelSmoothing / 2);
                    gradient[(2 * c) + image] += ((Math.Exp(w[(2 * c) + image]) / sum) - target) / 2;
                }
            }
            var adam = settings.Optimizer;
            for (var i = 0; i < 4; i++)
            {
                mean[i] = (adam.Beta1 * mean[i]) + ((1 - adam.Beta1) * gradient[i]);
                square[i] = (adam.Beta2 * square[i]) + ((1 - adam.Beta2) * gradient[i] * gradient[i]);
                w[i] -= adam.LearningRate * mean[i] / (1 - Math.Pow(adam.Beta1, step))
                    / (Math.Sqrt(square[i] / (1 - Math.Pow(adam.Beta2, step))) + adam.Epsilon);
            }
        }
        return w;
    }

    private sealed class Weights : Classifier
    {
        private readonly Linear layer;

        public Weights() : base(new("Weights", "full", "pytorch", new(1, 1, 2, 0, 1), 2, []))
        {
            layer = Register("layer", nn.Linear(2, 2, hasBias: false));
            using var _ = no_grad();
            layer.weight!.copy_(tensor(new float[,] { { 0.3f, -0.2f }, { 0.1f, 0.4f } }));
        }

        public IEnumerable<double> Values() => layer.weight!.data<float>().ToArray().Select(value => (double)value);

        public override Tensor forward(Tensor input)
        {
            using var flat = input.flatten(1);
            return layer.call(flat);
        }
    }
}
