using System.CommandLine;

namespace Empir.CommandLine.Commands;

/// <summary>A command of the tool, with examples for its help.</summary>
internal abstract class ToolCommand : Command
{
    protected ToolCommand(string name, string summary, string details, params IReadOnlyList<string> examples) : base(name, summary)
    {
        Details = details;
        Examples = examples;
        // libtorch computes on the calling thread; there is nothing to wait for.
        SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
    }

    /// <summary>What its own help says beyond the summary.</summary>
    public string Details { get; }

    /// <summary>Arguments that show what the command is for.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <returns>The exit code.</returns>
    protected abstract int Run(ParseResult parsed, CancellationToken cancellation);
}
