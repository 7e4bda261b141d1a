using Empir.Generator.Values;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Empir.Generator;

/// <summary>What the generator reads from the project; build/Empir.Generator.props makes each visible to the compiler.</summary>
/// <param name="Namespace">Namespace of the generated types; empty for the global one.</param>
/// <param name="ProjectDirectory">The project's folder.</param>
/// <param name="EmitLineDirectives">Whether a forward pass points back at the YAML.</param>
internal sealed record GeneratorOptions(string Namespace, string ProjectDirectory, bool EmitLineDirectives)
{
    public const string RootNamespaceProperty = "RootNamespace";
    public const string DirectoryProperty = "MSBuildProjectDirectory";
    public const string LineDirectivesProperty = "EmpirEmitLineDirectives";
    public const string ItemTypeMetadata = "SourceItemType";
    public const string SpecItemType = "EmpirSpec";

    public static GeneratorOptions Read(AnalyzerConfigOptionsProvider provider, CancellationToken cancellation) => new(
        Identifier.Namespace(Property(provider, RootNamespaceProperty)),
        Property(provider, DirectoryProperty),
        !string.Equals(Property(provider, LineDirectivesProperty), "false", StringComparison.OrdinalIgnoreCase));

    public static bool IsSpec(AnalyzerConfigOptions file) =>
        file.TryGetValue($"build_metadata.AdditionalFiles.{ItemTypeMetadata}", out var type) && type == SpecItemType;

    private static string Property(AnalyzerConfigOptionsProvider provider, string name) =>
        provider.GlobalOptions.TryGetValue("build_property." + name, out var value) ? value : "";
}
