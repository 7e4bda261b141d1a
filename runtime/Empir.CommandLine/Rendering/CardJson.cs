using Empir.Formats;
using Empir.Specs;

namespace Empir.CommandLine.Rendering;

/// <summary>What <c>describe --json</c> gives: the card, the settings and the budget as they are.</summary>
internal static class CardJson
{
    public static string Of(EnsembleSpec spec) => MachineJson.Of(new { spec.Card, spec.Training, spec.Evaluation, spec.Budget });
}
