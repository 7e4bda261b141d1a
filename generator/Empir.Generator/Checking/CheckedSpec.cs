using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Values;

namespace Empir.Generator.Checking;

/// <summary>What came of one spec: source on one side, messages on the other, so that a message that moves re-emits nothing.</summary>
internal sealed record CheckedSpec(SpecOutcome Outcome, LocationInfo? NameLocation, EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>The half that source is emitted from.</summary>
/// <param name="Path">The spec's path, which tells two specs apart.</param>
/// <param name="File">The path as people know it, relative to the project.</param>
/// <param name="Name">The ensemble's name; null when not even that can be read.</param>
/// <param name="Members">The members' properties, as far as they can be read: what stands in for a spec with errors has them too.</param>
/// <param name="Spec">The checked spec; null after an error.</param>
internal sealed record SpecOutcome(string Path, string File, string? Name, EquatableArray<string> Members, EnsembleSpec? Spec);

/// <summary>An ensemble's name and where it is declared.</summary>
internal sealed record NameClaim(string Path, string File, string Name, LocationInfo Location);
