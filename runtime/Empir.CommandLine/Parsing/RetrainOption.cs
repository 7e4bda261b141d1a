using System.CommandLine;

namespace Empir.CommandLine.Parsing;

/// <summary>--retrain.</summary>
internal sealed class RetrainOption : Option<bool>
{
    public RetrainOption() : base("--retrain") =>
        Description = "Train anew, from the initial weights, whatever is there; an old checkpoint stays until its successor is whole.";
}
