using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Empir.Ensembles;
using Empir.Generator.Checking;
using Empir.Generator.Diagnostics;
using Empir.Modules;
using Microsoft.CodeAnalysis;

namespace Empir.Generator.Tests;

/// <summary>What must agree between the generator, its build files and the runtime.</summary>
public class ProjectTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "generator", "Empir.Generator");

    [Fact]
    public void PropsMakeEveryPropertyVisibleThatTheGeneratorReads()
    {
        var props = XDocument.Load(Path.Combine(Folder, "build", "Empir.Generator.props"));
        Assert.Equal(
            [GeneratorOptions.RootNamespaceProperty, GeneratorOptions.DirectoryProperty, GeneratorOptions.LineDirectivesProperty],
            props.Descendants("CompilerVisibleProperty").Select(element => element.Attribute("Include")!.Value));
        Assert.Equal(GeneratorOptions.ItemTypeMetadata, props.Descendants("CompilerVisibleItemMetadata").Single().Attribute("MetadataName")!.Value);
    }

    [Fact]
    public void EveryDescriptorIsReleasedUnderItsIdAndTitle()
    {
        var rows = Regex.Matches(File.ReadAllText(Path.Combine(Folder, "AnalyzerReleases.Unshipped.md")), @"^(EMPIR\d{4}) \| Empir \| (\w+) \| (.+)$", RegexOptions.Multiline)
            .Select(row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value.TrimEnd('\r')));
        var descriptors = typeof(Descriptors).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (DiagnosticDescriptor)field.GetValue(null)!).ToArray();
        Assert.Equal(descriptors.Select(descriptor => (descriptor.Id, descriptor.DefaultSeverity.ToString(), descriptor.Title.ToString(System.Globalization.CultureInfo.InvariantCulture))), rows);
        Assert.Equal(descriptors.Length, descriptors.Select(descriptor => descriptor.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(typeof(Classifier), nameof(NameChecker.NetworkMembers))]
    [InlineData(typeof(Ensemble<Majority>), nameof(NameChecker.EnsembleMembers))]
    public void EveryInheritedNameIsReserved(Type type, string reserved)
    {
        var names = (IEnumerable<string>)typeof(NameChecker).GetProperty(reserved)!.GetValue(null)!;
        var inherited = new HashSet<string>(StringComparer.Ordinal);
        for (var level = type; level is not null; level = level.BaseType)
            foreach (var member in level.GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                if (IsInheritable(member) && Regex.IsMatch(member.Name, "^[A-Z][A-Za-z0-9]*$"))
                    inherited.Add(member.Name);
        Assert.Equal("", string.Join(", ", inherited.Except(names).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void FilesThatAreNoSpecsAreLeftAlone() =>
        Assert.Empty(GeneratorRun.Of(new RunOptions(ItemType: "None"), ("a.yaml", "[")).HintNames);

    [Fact]
    public void AProjectWithoutSpecsGetsNoCode() => Assert.Empty(GeneratorRun.Of([]).HintNames);

    [Theory]
    [InlineData("", "", "SmallEmpir.g.cs")]
    [InlineData("My-App.2d.class", "namespace My_App._2d.@class;", "My_App._2d.class.SmallEmpir.g.cs")]
    public void AnyRootNamespaceCompiles(string rootNamespace, string declaration, string hintName)
    {
        var run = GeneratorRun.Of(new RunOptions(Namespace: rootNamespace), ("a.empir.yaml", SpecSources.Small));
        CompilationTests.AssertCompiles(run);
        Assert.Contains(declaration, run.Source(hintName), StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenSpecIsOneMessageInTheWholeBuild()
    {
        var run = GeneratorRun.Of(
            new RunOptions(Code: """
                using System.Linq;
                using var ensemble = new Zoo.SmallEmpir();
                using var logits = ensemble.LowA.call(ensemble.Full.parameters().First());
                System.Console.WriteLine(Zoo.SmallEmpir.Spec.Name + ensemble.Card.Name + Zoo.EmpirSpecs.All.Count());
                """, Executable: true),
            ("a.empir.yaml", SpecSources.Small.Replace("epochs: 1", "epochs: none", StringComparison.Ordinal)));
        Assert.Single(run.Messages);
        Assert.Empty(run.Output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    [Theory]
    [InlineData("/app", "/app/specs/a.yaml", "specs/a.yaml")]
    [InlineData("/src/examples/Zoo", "/src/specs/a.yaml", "../../specs/a.yaml")]
    [InlineData(@"C:\app\", @"C:\app\specs\a.yaml", "specs/a.yaml")]
    [InlineData(@"C:\app", @"D:\specs\a.yaml", "D:/specs/a.yaml")]
    [InlineData("", "/app/a.yaml", "/app/a.yaml")]
    public void SpecFilesAreRelativeToTheProject(string folder, string path, string expected) =>
        Assert.Equal(expected, new Reading.SpecFile(path, "").RelativeTo(folder));

    [Fact]
    public void LineEndsDoNotChangeTheHash() =>
        Assert.Equal(new Reading.SpecFile("a", "empir: 1\nclasses: 2\n").Hash, new Reading.SpecFile("b", "empir: 1\r\nclasses: 2\r\n").Hash);

    private static bool IsInheritable(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(true).Any(accessor => IsInheritable(accessor)),
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        EventInfo @event => IsInheritable(@event.AddMethod!),
        Type nested => nested.IsNestedPublic || nested.IsNestedFamily || nested.IsNestedFamORAssem,
        _ => false,
    };
}
