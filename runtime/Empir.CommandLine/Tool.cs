using Empir.Data;
using Empir.Specs;

namespace Empir.CommandLine;

/// <summary>What a tool works on and where it writes: the console in a program, strings in a test.</summary>
internal sealed record Tool
{
    /// <summary>The program's name, as the user types it.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<EnsembleSpec> Ensembles { get; init; }

    /// <summary>The ensemble of a run that names none; null only if there is none at all.</summary>
    public required EnsembleSpec? Main { get; init; }

    public required DatasetCatalogue Datasets { get; init; }

    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress and mistakes.</summary>
    public required TextWriter Error { get; init; }
}
