using Empir.Data;
using Empir.Specs;

namespace Empir.CommandLine.Tests;

/// <summary>One run of a tool in this process: what it answered and what it wrote.</summary>
internal sealed record ToolRun(int ExitCode, string Out, string Error)
{
    public static async Task<ToolRun> Of(params string[] args) => await Of(args, CancellationToken.None);

    public static async Task<ToolRun> Of(string[] args, CancellationToken cancellation)
    {
        using StringWriter output = new(), error = new();
        IReadOnlyList<EnsembleSpec> ensembles = [TinyEmpir.Spec];
        var tool = new Tool
        {
            Name = "tiny", Ensembles = ensembles, Main = TinyEmpir.Spec, Datasets = DatasetCatalogue.Default, Out = output, Error = error,
        };
        var exitCode = await EmpirTool.RunAsync(tool, args, cancellation);
        return new(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The only line on standard error.</summary>
    public string Complaint => Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
}
