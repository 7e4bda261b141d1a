using Empir.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Training;

/// <summary>
/// One linear layer from two pixels to two classes, small enough to be trained by hand. Weights are [class, pixel] in order.
/// </summary>
internal sealed class TwoByTwo : Classifier
{
    private readonly Linear layer;

    public TwoByTwo() : base(new("TwoByTwo", "full", "pytorch", new(1, 1, 2, 0, 1), 2, []))
    {
        layer = Register("layer", nn.Linear(2, 2, hasBias: false));
        using var _ = no_grad();
        layer.weight!.copy_(tensor(new float[,] { { 0.3f, -0.2f }, { 0.1f, 0.4f } }));
    }

    public static IReadOnlyList<double> Initial { get; } = [0.3, -0.2, 0.1, 0.4];

    public IEnumerable<double> Values() => layer.weight!.data<float>().ToArray().Select(value => (double)value);

    /// <summary>Gradient of the mean cross-entropy of the images (1, 0) of class 0 and (0, 1) of class 1.</summary>
    public static double[] Gradient(double[] w, double smoothing = 0)
    {
        var gradient = new double[4];
        for (var image = 0; image < 2; image++)
        {
            var sum = Math.Exp(w[image]) + Math.Exp(w[2 + image]);
            for (var c = 0; c < 2; c++)
            {
                var target = ((1 - smoothing) * (c == image ? 1 : 0)) + (smoothing / 2);
                gradient[(2 * c) + image] += ((Math.Exp(w[(2 * c) + image]) / sum) - target) / 2;
            }
        }
        return gradient;
    }

    public override Tensor forward(Tensor input)
    {
        using var flat = input.flatten(1);
        return layer.call(flat);
    }
}
