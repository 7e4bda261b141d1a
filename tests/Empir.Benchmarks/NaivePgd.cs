using static TorchSharp.torch;

namespace Empir.Benchmarks;

/// <summary>
/// PGD as a good tutorial writes it in TorchSharp: a dispose scope per step, the gradient of the input alone, no in-place work;
/// every image goes to the last step, and weights are quantised wherever the network does it.
/// </summary>
internal static class NaivePgd
{
    public static void Run(Func<Tensor, Tensor> loss, Tensor images, double epsilon, double stepSize, int steps)
    {
        using var whole = NewDisposeScope();
        var x = (images + (rand_like(images) * 2 - 1) * epsilon).clamp(0, 1);
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var leaf = x.detach().requires_grad_(true);
            var gradient = autograd.grad([loss(leaf)], [leaf])[0];
            var moved = leaf.detach() + stepSize * gradient.sign();
            var inBall = minimum(maximum(moved, images - epsilon), images + epsilon);
            x = inBall.clamp(0, 1).MoveToOuterDisposeScope();
        }
    }
}
