using Empir.Generator.Diagnostics;
using Empir.Generator.Values;

namespace Empir.Generator.Checking;

/// <summary>Specs of one assembly that declare the same ensemble. Case does not count: generated files may not differ in it only.</summary>
internal static class Rivals
{
    /// <summary>The specs that lose: all but the first by path.</summary>
    public static EquatableArray<string> Paths(IEnumerable<SpecOutcome> outcomes) =>
        outcomes.Where(outcome => outcome.Name is not null)
            .GroupBy(outcome => outcome.Name!, StringComparer.OrdinalIgnoreCase)
            .SelectMany(group => group.Select(outcome => outcome.Path).OrderBy(path => path, StringComparer.Ordinal).Skip(1))
            .ToEquatableArray();

    /// <summary>A message for each that loses.</summary>
    public static EquatableArray<DiagnosticInfo> Messages(IEnumerable<NameClaim> claims) =>
        claims.GroupBy(claim => claim.Name, StringComparer.OrdinalIgnoreCase)
            .Select(group => group.OrderBy(claim => claim.Path, StringComparer.Ordinal).ToArray())
            .SelectMany(group => group.Skip(1).Select(loser => new DiagnosticInfo(Descriptors.DuplicateEnsemble, loser.Location, [loser.Name, group[0].File])))
            .ToEquatableArray();
}
