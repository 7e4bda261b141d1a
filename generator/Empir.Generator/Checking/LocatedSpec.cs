using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;

namespace Empir.Generator.Checking;

/// <summary>A spec without errors together with its declarations, which know where they stand: what advice is given on.</summary>
internal sealed record LocatedSpec(Fields Fields, IReadOnlyList<MemberDeclaration> Members, EnsembleSpec Ensemble)
{
    /// <summary>Every architecture that a quantising precision is used for, by precision.</summary>
    public IEnumerable<IGrouping<PrecisionDeclaration, ArchitectureDeclaration>> Quantized => Members
        .Where(member => member.Precision!.Name != PrecisionKeys.Full)
        .GroupBy(member => member.ClassName, StringComparer.Ordinal)
        .Select(same => (Precision: same.First().Precision!, Architecture: same.First().Architecture!))
        .GroupBy(use => use.Precision, use => use.Architecture);
}
