using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using Empir.Generator.Layers;
using Empir.Generator.Values;
using Microsoft.CodeAnalysis.Text;

namespace Empir.Generator.Checking;

/// <summary>Names must be unique in the spec, and stay so as C# identifiers beside what the generated classes inherit.</summary>
internal static class NameChecker
{
    /// <summary>The class that lists every spec of the assembly.</summary>
    public const string SpecList = "EmpirSpecs";

    private const string EnsembleClass = "the ensemble's class";

    /// <summary>What a network's class has or inherits.</summary>
    public static IReadOnlyCollection<string> NetworkMembers { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Card", "Deviation", "Facts", "Freeze", "Initialize", "Mean", "Register", "Repeat",
        "ClearModules", "ConditionallyRegisterBuffer", "ConditionallyRegisterParameter", "Create", "GetDefaultDeviceAndType",
        "HType", "HookRemover", "RegisterComponents", "ReplaceBuffer", "ReplaceParameter",
        "Dispose", "Equals", "Finalize", "GetHashCode", "GetName", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString",
    };

    /// <summary>What an ensemble's class has or inherits.</summary>
    public static IReadOnlyCollection<string> EnsembleMembers { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Spec", "Card", "Device", "Facts", "Freeze", "Fusion", "Logits", "Members", "Predict", "To",
        "Dispose", "Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString",
    };

    /// <summary>Whether an ensemble of this name would take the place of the list of specs or of a member of its own class.</summary>
    public static bool IsReserved(string ensemble) => IsSpecList(ensemble) || EnsembleMembers.Contains(ensemble);

    /// <summary>The members' properties as far as they can be read, whatever else is wrong.</summary>
    public static EquatableArray<string> MemberProperties(Fields spec) =>
        spec.Get(SpecKeys.Members, []).Select(item => Identifier.Pascal(item.Value.Get(MemberKeys.Name, "")))
            .Where(property => property.Length > 0 && property != spec.Get(SpecKeys.Ensemble, "") && !EnsembleMembers.Contains(property))
            .Distinct(StringComparer.Ordinal).ToEquatableArray();

    public static void Check(
        Fields spec, IReadOnlyDictionary<string, BlockLayer> blocks, IReadOnlyDictionary<string, ArchitectureDeclaration> architectures,
        IReadOnlyList<MemberDeclaration> members, Report report)
    {
        var name = spec.Get(SpecKeys.Ensemble, "");
        if (IsReserved(name))
            report.Add(Descriptors.NameCollision, spec.Locate(SpecKeys.Ensemble), name, name, IsSpecList(name) ? "the list of specs" : EnsembleClass);

        var inside = new Scope(EnsembleClass, [name, .. EnsembleMembers], report);
        var networks = members.Where(member => member is { Architecture: not null, Precision: not null })
            .GroupBy(member => (member.Architecture, member.Precision)).Select(group => group.First()).ToArray();
        foreach (var network in networks)
            inside.AddIdentifier($"{network.Architecture!.Name} at {network.Precision!.Name}", network.ClassName, network.NameSpan);
        foreach (var member in members.Where(member => member.Name.Length > 0))
            inside.Add("The member", member.Name, Identifier.Pascal(member.Name), member.NameSpan);

        foreach (var architecture in architectures.Values)
        {
            var classes = networks.Where(network => network.Architecture == architecture).Select(network => network.ClassName);
            Check(architecture.Declared, new("the network's class", [.. NetworkMembers, .. blocks.Keys, .. classes], report), report);
        }
        foreach (var item in spec.Get(SpecKeys.Blocks, []).Where(item => NetworkMembers.Contains(item.Key!.Text)))
            report.Add(Descriptors.NameCollision, item.Key!.Span, item.Key.Text, item.Key.Text, "the network's class");
        foreach (var block in blocks.Values)
            Check(block.Layers, new("the block's class", [.. NetworkMembers, block.Type], report), report);
    }

    // A residual's and a branch's layers are properties of the class they stand in; a repeat of several layers is a class of its own.
    private static void Check(IReadOnlyList<Item<DeclaredLayer?>> layers, Scope properties, Report report)
    {
        foreach (var layer in layers.Select(item => item.Value).OfType<DeclaredLayer>())
        {
            if (layer.Name.Length > 0 && properties.AddName("The layer", layer.Name, layer.Fields.Locate(layer.Type.NameKey)) && layer.Type.IsRegistered)
                properties.AddIdentifier(layer.Name, Identifier.Pascal(layer.Name), layer.Fields.Locate(layer.Type.NameKey));
            foreach (var inside in layer.Type.Inside(layer.Fields))
                Check(inside, layer.Type is RepeatLayer ? new("the repeat's class", [.. NetworkMembers, RepeatLayer.ClassName(layer.Name)], report) : properties, report);
        }
    }

    // The list's class and its property.
    private static bool IsSpecList(string ensemble) => string.Equals(ensemble, SpecList, StringComparison.OrdinalIgnoreCase) || ensemble == "All";

    /// <summary>The names of one class, as the spec writes them and as C# does.</summary>
    private sealed class Scope(string owner, IReadOnlyList<string> taken, Report report)
    {
        private readonly HashSet<string> names = new(StringComparer.Ordinal);
        private readonly HashSet<string> identifiers = new(taken, StringComparer.Ordinal);

        public void Add(string what, string name, string identifier, TextSpan span)
        {
            if (AddName(what, name, span))
                AddIdentifier(name, identifier, span);
        }

        public bool AddName(string what, string name, TextSpan span)
        {
            if (names.Add(name))
                return true;
            report.Add(Descriptors.DuplicateName, span, what, name);
            return false;
        }

        public void AddIdentifier(string name, string identifier, TextSpan span)
        {
            if (!identifiers.Add(identifier))
                report.Add(Descriptors.NameCollision, span, name, identifier, owner);
        }
    }
}
