using Empir.Data;
using Empir.Specs;

namespace Empir.CommandLine.Tests;

/// <summary>One run of a tool in this process: what it answered and what it wrote.</summary>
internal sealed record ToolRun(int ExitCode, string Out, string Error)
{
    public static Task<ToolRun> Of(params string[] args) => Of(args, new StringWriter(), CancellationToken.None);

    public static Task<ToolRun> Of(string[] args, TextWriter error, CancellationToken cancellation) =>
        Of(TinyEmpir.Spec, new Stripes(), args, error, cancellation);

    /// <summary>A tool with another ensemble or another dataset.</summary>
    public static Task<ToolRun> Of(EnsembleSpec spec, DatasetSource dataset, params string[] args) =>
        Of(spec, dataset, args, new StringWriter(), CancellationToken.None);

    public static async Task<ToolRun> Of(
        EnsembleSpec spec, DatasetSource dataset, string[] args, TextWriter error, CancellationToken cancellation)
    {
        using var output = new StringWriter();
        var tool = new Tool
        {
            Name = "tiny",
            Ensembles = [spec],
            Main = spec,
            Datasets = DatasetCatalogue.Default.With(dataset),
            Out = output,
            Error = error,
        };
        var exitCode = await EmpirTool.RunAsync(tool, args, cancellation);
        return new(exitCode, output.ToString(), error.ToString()!);
    }

    /// <summary>The only line on standard error of a run that refused its input.</summary>
    public string Refusal()
    {
        Assert.Equal(2, ExitCode);
        Assert.DoesNotContain("   at ", Error);
        return Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
