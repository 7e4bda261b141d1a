using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Training.Optimizers;

/// <summary>Adam, and AdamW where the decay is not zero.</summary>
internal sealed class Adam(Parameter parameter, double beta1, double beta2, double epsilon, double decay) : Optimizer(parameter)
{
    private readonly Tensor mean = Zeros(parameter), square = Zeros(parameter);

    public override IEnumerable<(string, Tensor)> State => [("mean", mean), ("square", square)];

    protected override void Step(Tensor weight, Tensor gradient, double learningRate)
    {
        if (decay != 0)
            weight.Mul_(1 - (learningRate * decay));
        mean.Mul_(beta1).Add_(gradient, alpha: 1 - beta1);
        square.Mul_(beta2).Addcmul_(gradient, gradient, 1 - beta2);
        var root = square.sqrt().Div(Math.Sqrt(1 - Math.Pow(beta2, Steps))).Add_(epsilon);
        weight.Addcdiv_(mean, root, -(learningRate / (1 - Math.Pow(beta1, Steps))));
    }
}
