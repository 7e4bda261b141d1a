using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Modules;
using Empir.Training;

namespace Empir.Specs;

/// <summary>One spec file as values: what the generator emits for an ensemble, and what every command works on.</summary>
/// <param name="Card">The facts: members, layers, shapes, bits.</param>
/// <param name="Training">How its members are trained.</param>
/// <param name="Evaluation">How it is attacked.</param>
/// <param name="Create">Builds the ensemble with freshly initialised members, on the CPU.</param>
/// <param name="Budget">What it costs and may cost relative to one member; null where the spec sets no budget.</param>
public sealed record EnsembleSpec(
    EnsembleCard Card, TrainingSettings Training, EvaluationSettings Evaluation, Func<Ensemble> Create, Budget? Budget = null)
{
    /// <summary>The ensemble's name.</summary>
    public string Name => Card.Name;
}
