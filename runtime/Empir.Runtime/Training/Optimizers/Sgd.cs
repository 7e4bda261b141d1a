using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Training.Optimizers;

/// <summary>Stochastic gradient descent, with momentum where it is not zero.</summary>
internal sealed class Sgd(Parameter parameter, SgdSettings settings) : Optimizer(parameter)
{
    private readonly Tensor? velocity = settings.Momentum == 0 ? null : Zeros(parameter);

    public override IEnumerable<(string, Tensor)> State => velocity is null ? [] : [("momentum", velocity)];

    protected override void Step(Tensor weight, Tensor gradient, double learningRate)
    {
        if (settings.WeightDecay != 0)
            gradient = gradient.Add(weight, alpha: settings.WeightDecay);
        if (velocity is not null)
        {
            if (Steps == 1)
                velocity.copy_(gradient);
            else
                velocity.Mul_(settings.Momentum).Add_(gradient);
            gradient = settings.Nesterov ? gradient.Add(velocity, alpha: settings.Momentum) : velocity;
        }
        weight.Add_(gradient, alpha: -learningRate);
    }
}
