using System.CommandLine;

namespace Empir.CommandLine.Parsing;

/// <summary>--kernel K: which packed kernels may be used.</summary>
internal sealed class KernelOption
{
    private readonly Option<string?> kernel = new("--kernel")
    {
        Description = "Only packed kernels with this in their name, such as avx2 or scalar; 'doctor' lists them. [default: EMPIR_KERNEL, then the cheapest by the cost model]",
        HelpName = "K",
    };

    public void AddTo(Command command) => command.Options.Add(kernel);

    public string? Read(ParseResult parsed) => parsed.GetValue(kernel);
}
