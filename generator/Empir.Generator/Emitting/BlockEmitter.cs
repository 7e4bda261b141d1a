using Empir.Generator.Checking.Specs;
using static System.FormattableString;

namespace Empir.Generator.Emitting;

/// <summary>Writes a block's class, nested in its network's.</summary>
internal static class BlockEmitter
{
    public static void Emit(SourceWriter source, BlockClass block, NetworkSpec network)
    {
        var first = block.Uses[0];
        var parameters = block.Body.Parameters.Used.ToArray();
        source.Line();
        source.Line(Invariant($"/// <summary>The block {first.ClassName}, used {block.Uses.Count switch { 1 => "once", 2 => "twice", var times => $"{times} times" }}.</summary>"));
        source.Line($"/// <remarks>Declared in {Literal.Xml(network.File)}.</remarks>");
        source.Line(Tool.Attribute);
        source.Line($"public sealed partial class {block.Name} : global::Empir.Modules.Block");
        source.Open();
        source.Line("/// <summary>Builds the block; the network draws its initial weights.</summary>");
        foreach (var parameter in parameters)
            source.Line($"/// <param name=\"{parameter.Name.TrimStart('@')}\">{parameter.Summary}</param>");
        source.Line($"public {block.Name}({string.Join(", ", parameters.Select(parameter => "long " + parameter.Name))}) : base({Literal.Of(block.Name)})");
        source.Open();
        block.Body.Registrations(source);
        source.Close();
        source.Line();
        block.Body.Properties(source);
        source.Line("/// <summary>From one activation to the next; every one between is released as soon as the next one exists.</summary>");
        source.Line("/// <param name=\"input\">The activation that comes in; not released.</param>");
        block.Body.Forward(source, network.SourcePath);
        source.Close();
    }
}
