using Empir.Generator.Checking;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Values;

namespace Empir.Generator.Emitting;

/// <summary>Writes an ensemble's class: its members, its fusion rule as a type, and its spec as values.</summary>
internal static class EnsembleEmitter
{
    private const string Ensembles = "global::Empir.Ensembles";

    public static GeneratedFile Emit(SpecOutcome outcome, GeneratorOptions options) =>
        GeneratedFile.Create($"{outcome.Name}.g.cs", options.Namespace, "", source =>
        {
            if (outcome.Spec is { } spec)
                Ensemble(source, spec);
            else
                Stub(source, outcome);
        });

    private static void Ensemble(SourceWriter source, EnsembleSpec spec)
    {
        source.Line($"/// <summary>{(spec.Description.Trim().Length > 0 ? Literal.Xml(spec.Description) : $"The ensemble {spec.Name}.")}</summary>");
        source.Line($"/// <remarks>Declared in {Literal.Xml(spec.File)}. Fusion: {FusionInWords(spec)}.</remarks>");
        source.Line(Tool.Attribute);
        source.Line($"public sealed partial class {spec.Name} : {Ensembles}.Ensemble<{FusionType(spec.Fusion)}>");
        source.Open();
        Spec(source, spec);
        Constructors(source, spec);
        foreach (var member in spec.Members)
        {
            source.Line();
            source.Line($"/// <summary>The member <c>{member.Name}</c>, seed {Literal.Of(member.Seed)}.</summary>");
            source.Line($"public {member.ClassName} {member.Property} {{ get; }}");
        }
        source.Close();
    }

    private static void Spec(SourceWriter source, EnsembleSpec spec)
    {
        source.Line("/// <summary>The spec as values.</summary>");
        source.Line("public static global::Empir.Specs.EnsembleSpec Spec { get; } = new(");
        source.Indented(
        [
            "Card: new(",
            $"    Name: {Literal.Of(spec.Name)},",
            $"    Description: {Literal.Of(spec.Description)},",
            $"    SpecFile: {Literal.Of(spec.File)},",
            $"    SpecHash: {Literal.Of(spec.Hash)},",
            $"    Fusion: {Literal.Of(FusionInWords(spec))},",
            "    Members:",
            "    [",
            .. spec.Members.Select(member => $"        {TrainingEmitter.Member(spec, member)},"),
            "    ]),",
            .. TrainingEmitter.Lines(spec),
            $"Evaluation: {Evaluation(spec)},",
            .. spec.Budget is { } budget ? [$"Budget: {Budget(budget)},"] : Array.Empty<string>(),
            $"Create: static () => new {spec.Name}());",
        ]);
        source.Line();
    }

    private static void Constructors(SourceWriter source, EnsembleSpec spec)
    {
        source.Line("/// <summary>Builds the ensemble with members of initial weights, each from its own seed.</summary>");
        source.Line($"public {spec.Name}()");
        source.Indented([$": this({string.Join(", ", spec.Members.Select(member => $"new {member.ClassName}(seed: {Literal.Of(member.Seed)})"))})"]);
        source.Open();
        source.Close();
        source.Line();
        source.Line("/// <summary>The ensemble of given members, such as trained ones.</summary>");
        foreach (var member in spec.Members)
            source.Line($"/// <param name=\"{member.Parameter.TrimStart('@')}\">The member <c>{member.Name}</c>; the ensemble disposes it.</param>");
        source.Line($"public {spec.Name}({string.Join(", ", spec.Members.Select(member => $"{member.ClassName} {member.Parameter}"))})");
        source.Indented([$": base(Spec.Card, {Fusion(spec.Fusion)}, {Literal.List(spec.Members.Select(member => member.Parameter))})"]);
        source.Open();
        foreach (var member in spec.Members)
            source.Line($"{member.Property} = {member.Parameter};");
        source.Close();
    }

    // One mistake is one message: code that uses the ensemble still finds a type and its constructor.
    private static void Stub(SourceWriter source, SpecOutcome outcome)
    {
        source.Line($"/// <summary>Stands in for the ensemble until the errors in {Literal.Xml(outcome.File)} are mended.</summary>");
        source.Line(Tool.Attribute);
        source.Line($"public sealed partial class {outcome.Name} : {Ensembles}.Ensemble<{Ensembles}.Fusion>");
        source.Open();
        source.Line("/// <summary>Throws: the spec has errors.</summary>");
        source.Line("public static global::Empir.Specs.EnsembleSpec Spec =>");
        source.Indented([$"throw new global::System.InvalidOperationException({Literal.Of($"{outcome.File} has errors; the build lists them.")});"]);
        source.Line();
        source.Line("/// <summary>Throws: the spec has errors.</summary>");
        source.Line($"public {outcome.Name}() : base(Spec.Card, null!, [])");
        source.Open();
        source.Close();
        foreach (var member in outcome.Members)
        {
            source.Line();
            source.Line("/// <summary>Throws: the spec has errors.</summary>");
            source.Line($"public global::Empir.Modules.Classifier {member} => throw new global::System.InvalidOperationException(Card.Name);");
        }
        source.Close();
    }

    private static string FusionType(FusionSpec fusion) => fusion switch
    {
        MajoritySpec => $"{Ensembles}.Majority",
        AverageSpec => $"{Ensembles}.Average",
        MaxConfidenceSpec => $"{Ensembles}.MaxConfidence",
        _ => $"{Ensembles}.Weighted",
    };

    private static string Fusion(FusionSpec fusion) => fusion switch
    {
        MajoritySpec majority => $"new {FusionType(fusion)}(TieBreak: {(majority.TieBreak is { } member ? Literal.Of(member) : "null")})",
        AverageSpec average => $"new {FusionType(fusion)}({Ensembles}.FusedOutput.{average.Of})",
        MaxConfidenceSpec => $"new {FusionType(fusion)}()",
        WeightedSpec weighted => $"new {FusionType(fusion)}({Ensembles}.FusedOutput.{weighted.Of}, {Literal.List(weighted.Weights.Select(Literal.Of))})",
        _ => throw new InvalidOperationException(fusion.ToString()),
    };

    private static string FusionInWords(EnsembleSpec spec) => spec.Fusion switch
    {
        MajoritySpec majority => $"majority, ties to {majority.TieBreakName ?? "the highest mean probability"}",
        AverageSpec average => $"average of {Words(average.Of)}",
        MaxConfidenceSpec => "class of the most confident member",
        WeightedSpec weighted => $"weighted average of {Words(weighted.Of)} ({string.Join(", ", weighted.Weights.Select(Literal.Of))})",
        _ => throw new InvalidOperationException(spec.Fusion.ToString()),
    };

    private static string Words(FusedOutput of) => of == FusedOutput.Logits ? "logits" : "probabilities";

    private static string Budget(BudgetSpec budget)
    {
        var shares = new[] { ("Memory", budget.Memory), ("Compute", budget.Compute), ("Parameters", budget.Parameters) }
            .Select(share => share.Item2 is { } given ? $", {share.Item1}: new(Ratio: {Literal.Of(given.Ratio)}, Limit: {Literal.Of(given.Limit)})" : "");
        return $"new({Literal.Of(budget.RelativeTo)}, global::Empir.Specs.BudgetAccounting.{budget.Accounting}{string.Concat(shares)})";
    }

    // Only what is not the default: switches are off, and all protocols attack the same images.
    private static string Initializer(EvaluationSpec evaluation)
    {
        string[] set =
        [
            .. evaluation.ImagesByProtocol.Select(one => $"[{Protocol(one.Protocol)}] = {Literal.Of(one.Images)}").ToArray() is { Length: > 0 } counts
                ? [$"ImagesByProtocol = new global::System.Collections.Generic.Dictionary<global::Empir.Evaluation.ProtocolName, int> {{ {string.Join(", ", counts)} }}"]
                : Array.Empty<string>(),
            .. new[] { ("Ladder", evaluation.Ladder), ("Transfer", evaluation.Transfer), ("Masking", evaluation.Masking) }
                .Where(each => each.Item2).Select(each => each.Item1 + " = true"),
        ];
        return set.Length > 0 ? $" {{ {string.Join(", ", set)} }}" : "";
    }

    private static string Protocol(string word) => $"global::Empir.Evaluation.ProtocolName.{Identifier.Pascal(word)}";

    private static string Evaluation(EnsembleSpec spec)
    {
        var evaluation = spec.Evaluation;
        var protocols = evaluation.Protocols.Select(Protocol);
        return $"new(new global::Empir.Attacks.ThreatModel(global::Empir.Attacks.Norm.{evaluation.Norm}, {Literal.Of(evaluation.Epsilon)}, "
            + $"{Literal.Float(spec.Input.Minimum)}, {Literal.Float(spec.Input.Maximum)}), {Literal.List(protocols)}"
            + $"{(evaluation.Images is { } images ? $", Images: {Literal.Of(images)}" : "")}){Initializer(evaluation)}";
    }
}
