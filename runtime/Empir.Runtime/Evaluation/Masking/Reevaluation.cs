namespace Empir.Evaluation;

/// <summary>What the same images give when they are evaluated again.</summary>
/// <param name="Otherwise">Which are decided otherwise at least once.</param>
/// <param name="Moved">How far each one's scores move at most, in lengths of the scores.</param>
internal sealed record Reevaluation(bool[] Otherwise, double[] Moved);
