namespace Empir.Evaluation;

/// <summary>Where an evaluation stands.</summary>
/// <param name="Protocol">The protocol's name.</param>
/// <param name="Row">The row being filled: <c>clean</c> or an attack.</param>
/// <param name="System">The column being filled.</param>
/// <param name="Images">Images done in this cell.</param>
/// <param name="CellImages">Images of a cell.</param>
/// <param name="Done">Share of the whole evaluation's work that is done, from 0 to 1, counted in gradients.</param>
public sealed record EvaluationProgress(string Protocol, string Row, string System, int Images, int CellImages, double Done);
