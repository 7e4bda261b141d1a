using Empir.Ensembles;
using Empir.Modules;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>One column of a table: a member alone or the ensemble.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Decide">The system's real decision, [N, C, H, W] to [N].</param>
/// <param name="Surface">What an attack of a protocol differentiates in this system; null if it does not attack it.</param>
/// <param name="Networks">Forward passes one evaluation costs.</param>
internal sealed record EvaluatedSystem(
    string Name, Func<Tensor, Tensor> Decide, Func<ProtocolAttack, Surface?> Surface, int Networks)
{
    /// <summary>The columns of every table: full-precision members, low-precision members, the ensemble.</summary>
    public static IReadOnlyList<EvaluatedSystem> Of(Ensemble ensemble) =>
    [
        .. ensemble.Members.Zip(ensemble.Card.Members).OrderByDescending(member => member.First.Card.IsFullPrecision)
            .Select(member => Member(member.First, member.Second.Name)),
        new(ensemble.Card.Name, ensemble.Predict, attack => attack.EnsembleSurface?.Invoke(ensemble), ensemble.Members.Count),
    ];

    private static EvaluatedSystem Member(Classifier classifier, string name)
    {
        var surface = new ClassifierSurface(classifier, name);
        return new(name, surface.Decide, attack => attack.OnMembers ? surface : null, 1);
    }
}
