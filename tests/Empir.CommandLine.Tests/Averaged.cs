using Empir.Ensembles;

namespace Empir.CommandLine.Tests;

/// <summary>The tiny ensemble without its majority vote.</summary>
internal sealed class Averaged() : Ensemble<Average>(
    TinyEmpir.Spec.Card, new Average(FusedOutput.Probabilities), TinyEmpir.Spec.Create().Members)
{
}
