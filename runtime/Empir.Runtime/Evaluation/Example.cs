using Empir.Attacks;

namespace Empir.Evaluation;

/// <summary>One image before and after an attack on the ensemble, and what every system decided of it.</summary>
/// <param name="Image">Its place in the test set, from 0.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Protocol">The protocol the attack is of.</param>
/// <param name="Attack">The attack.</param>
/// <param name="Surface">What the attack differentiated.</param>
/// <param name="Threat">What it was allowed to do.</param>
/// <param name="L2">Euclidean change.</param>
/// <param name="Linf">Largest change of a pixel.</param>
/// <param name="Clean">The image: little-endian float32 pixels, [C, H, W], in base64.</param>
/// <param name="Adversarial">The attacked image in the same form.</param>
/// <param name="Votes">Every member's decision and the ensemble's, in the order of the tables' columns.</param>
public sealed record Example(
    int Image, int Label, string Protocol, string Attack, string Surface, ThreatModel Threat, double L2, double Linf,
    string Clean, string Adversarial, IReadOnlyList<ExampleVote> Votes);

/// <summary>One system's decisions of an image before and after an attack.</summary>
/// <param name="System">A member's name, or the ensemble's.</param>
/// <param name="Clean">The class it decided of the image as it was.</param>
/// <param name="CleanConfidence">The softmax probability of that class, from 0 to 1; of the ensemble its members' mean.</param>
/// <param name="Adversarial">The class it decided of the attacked image.</param>
/// <param name="AdversarialConfidence">The probability of that class, in the same way.</param>
public sealed record ExampleVote(string System, int Clean, double CleanConfidence, int Adversarial, double AdversarialConfidence);
