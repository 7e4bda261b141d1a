using Empir.Attacks;
using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Training.Recipes;

/// <summary>One step's networks and images, and what recipes compute with them.</summary>
/// <param name="Members">The networks in training mode; one, or all where they are trained together.</param>
/// <param name="Images">[N, C, H, W], augmented.</param>
/// <param name="Labels">[N].</param>
/// <param name="Indices">Each image's index in its dataset: an attack's randomness depends on it, not on the batch.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Seed">Seed of this epoch's attacks.</param>
/// <param name="LabelSmoothing">PyTorch's label_smoothing.</param>
/// <param name="Teacher">The trained teacher, frozen; null where the recipe has none.</param>
internal sealed record TrainingBatch(
    IReadOnlyList<Classifier> Members, Tensor Images, Tensor Labels, long[] Indices, int Epoch, long Seed,
    double LabelSmoothing = 0, Classifier? Teacher = null)
{
    /// <summary>A threat in the networks' own box.</summary>
    public ThreatModel Threat(double epsilon) =>
        new(Norm.Linf, epsilon, Members[0].Card.Input.Minimum, Members[0].Card.Input.Maximum);

    /// <summary>Every member's logits, [N, classes] each.</summary>
    public Tensor[] Logits(Tensor images) => [.. Members.Select(member => member.call(images))];

    /// <summary>Mean cross-entropy with the smoothed labels.</summary>
    public Tensor CrossEntropy(Tensor logits) => nn.functional.cross_entropy(logits, Labels, label_smoothing: LabelSmoothing);

    /// <summary>
    /// The images that an attack on the members together makes, with their true labels: evaluation mode (running statistics, no
    /// dropout, nearest rounding), as TRADES' released code attacks, and weights quantised once.
    /// </summary>
    public Tensor Attacked(Attack attack, double epsilon) =>
        attack.Craft(new MembersSurface(Members), Threat(epsilon), Images, Labels, Seed, Indices);
}

/// <summary>A batch's loss and what the members said.</summary>
/// <param name="Loss">A scalar to differentiate.</param>
/// <param name="Clean">Logits of the clean images, one tensor per member; null where the recipe never looks at them.</param>
/// <param name="Adversarial">Logits of the attacked images; null where it attacks none.</param>
internal sealed record BatchLoss(Tensor Loss, Tensor[]? Clean, Tensor[]? Adversarial = null);
