using Empir.Data;
using Empir.Modules;
using Empir.Training;

namespace Empir.Tests.Training;

/// <summary>Training steps against Adam and the smoothed cross-entropy written out in double precision.</summary>
public class AdamTests
{
    [Fact]
    public void Steps_follow_the_settings()
    {
        var adam = new AdamSettings(0.01, 0.8, 0.95, 1e-3);
        var settings = new TrainingSettings("two", 3, 2, adam, LabelSmoothing: 0.2);
        using var net = new TwoByTwo();
        using var images = new ImageDataset("two", ["a", "b"], (1, 1, 2), [255, 0, 0, 255], [0, 1]);
        new Trainer(new MemberCard("net", 1, net.Card), settings, "spec").Train(net, images);

        Assert.All(net.Values().Zip(ByHand(adam, settings.LabelSmoothing)), pair => Assert.Equal(pair.Second, pair.First, 0.5e-5));
    }

    private static double[] ByHand(AdamSettings adam, double smoothing)
    {
        double[] w = [.. TwoByTwo.Initial], mean = new double[4], square = new double[4];
        for (var step = 1; step <= 3; step++)
        {
            var gradient = TwoByTwo.Gradient(w, smoothing);
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
}
