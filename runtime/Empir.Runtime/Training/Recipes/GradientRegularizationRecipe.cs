using static TorchSharp.torch;

namespace Empir.Training.Recipes;

/// <summary>
/// Input gradient regularisation (Ross and Doshi-Velez, arXiv 1711.09404; double backpropagation, Drucker and LeCun, 1992):
/// CE(f(x), y) + lambda·|∂CE(f(x), y)/∂x|², the squared length of each image's own gradient, differentiated in its turn.
/// Quantisers pass their straight-through gradients in both passes. Batch norm's statistics tie the images of a batch together,
/// so there an image's gradient holds a little of the others' losses.
/// </summary>
/// <param name="Lambda">Weight of the penalty.</param>
public sealed record GradientRegularizationRecipe(double Lambda) : TrainingRecipe
{
    internal override FormattableString? Line => $"gradient_regularization lambda {Lambda}";

    internal override BatchLoss Loss(TrainingBatch batch)
    {
        var count = batch.Labels.shape[0];
        var images = batch.Images.detach().requires_grad_(true);
        var logits = batch.Logits(images);
        var loss = batch.CrossEntropy(logits[0]);
        // The sum over images, so that no gradient is divided by the batch's size.
        var gradient = autograd.grad([loss.Mul(count)], [images], retain_graph: true, create_graph: true)[0];
        return new(loss.Add(gradient.Square().sum().Mul(Lambda).Div(count)), logits);
    }
}
