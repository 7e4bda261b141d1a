using System.CommandLine;

namespace Empir.CommandLine.Parsing;

/// <summary>FILE: weights under PyTorch's names, as safetensors.</summary>
internal sealed class WeightsArgument : Argument<string>
{
    public WeightsArgument(string description) : base("FILE") => Description = description;
}
