using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace Empir.CommandLine.Commands;

/// <summary>
/// A command of the tool, with examples for its help. An application adds commands of its own with
/// <see cref="Tool.Commands" />; mistakes of the user are <see cref="UserErrorException" />s, one line each.
/// </summary>
[SuppressMessage("Design", "CA1010", Justification = "The parser's own command is a plain list of its parts.")]
public abstract class ToolCommand : Command
{
    /// <param name="name">The word that selects it.</param>
    /// <param name="summary">One line for the list of commands.</param>
    /// <param name="details">What its own help says beyond that.</param>
    /// <param name="examples">Arguments that show what it is for, without the program's name.</param>
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

    /// <summary>Does it.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>The exit code.</returns>
    protected abstract int Run(ParseResult parsed, CancellationToken cancellation);
}
