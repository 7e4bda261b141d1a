using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using Empir.Generator.Values;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Checking;

/// <summary>A member as declared; what it refers to is null when there is no such thing.</summary>
internal sealed record MemberDeclaration(
    string Name, TextSpan NameSpan, ArchitectureDeclaration? Architecture, PrecisionDeclaration? Precision, long Seed,
    string? InitFrom, TextSpan InitFromSpan)
{
    public string ClassName => Architecture?.Name + Identifier.Pascal(Precision?.Name ?? "");
}

/// <summary>The spec's <c>members</c>.</summary>
internal static class MemberChecker
{
    public static IReadOnlyList<MemberDeclaration> Check(
        Fields spec, IReadOnlyDictionary<string, ArchitectureDeclaration> architectures,
        IReadOnlyDictionary<string, PrecisionDeclaration> precisions, Report report) =>
        [.. spec.Get(SpecKeys.Members, []).Select(item => new MemberDeclaration(
            item.Value.Get(MemberKeys.Name, ""),
            item.Value.Locate(MemberKeys.Name),
            spec.Has(SpecKeys.Architectures) ? Resolve(item.Value, MemberKeys.Architecture, architectures, report) : null,
            spec.IsUnreadable(SpecKeys.Precisions) ? null : Resolve(item.Value, MemberKeys.Precision, precisions, report),
            item.Value.Get(MemberKeys.Seed),
            item.Value.Has(MemberKeys.InitFrom) ? item.Value.Get(MemberKeys.InitFrom) : null,
            item.Value.Locate(MemberKeys.InitFrom)))];

    private static T? Resolve<T>(Fields member, Key<string> key, IReadOnlyDictionary<string, T> known, Report report) where T : class
    {
        if (!member.Has(key))
            return null;
        var name = member.Get(key);
        if (known.TryGetValue(name, out var found))
            return found;
        report.Add(Descriptors.UnknownReference, member.Locate(key), key.Name, name, Suggestion.For(name, known.Keys));
        return null;
    }
}
