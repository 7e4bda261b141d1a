namespace Empir.Evaluation;

/// <summary>Where an evaluation stands.</summary>
/// <param name="Protocol">The protocol's name; of the adaptive protocol also the radius.</param>
/// <param name="Row">The row being filled: <c>clean</c> or an attack, of the adaptive protocol also its surface.</param>
/// <param name="System">The column being filled.</param>
/// <param name="Images">Images done in this cell.</param>
/// <param name="CellImages">Images of the cell: those that are attacked.</param>
/// <param name="Done">
/// Share of the whole evaluation's work that is done, from 0 to 1, counted in gradients. The adaptive protocol's attacks are
/// counted by what they cost on the images that survive, as many as are known to; before a system's first attack as many
/// as of the systems that were attacked, and before any a tenth.
/// </param>
public sealed record EvaluationProgress(string Protocol, string Row, string System, int Images, int CellImages, double Done);
