using Empir.Generator.Checking.Forms;
using Empir.Generator.Layers;
using Empir.Generator.Reading;

namespace Empir.Generator.Checking;

/// <summary>The top level of a spec. With the tables below it is the whole language but for the layers (<see cref="LayerCatalogue" />).</summary>
internal static class SpecKeys
{
    public static readonly Key<long> Version = Key.Required("empir", new IntegerForm(1, 1), "Version of the spec language: 1.");
    public static readonly Key<string> Ensemble = Key.Required("ensemble", NameForm.Pascal, "Name of the ensemble: its class in C#.");
    public static readonly Key<string> Description = Key.Optional("description", new TextForm(), "What the ensemble is, in one line.");
    public static readonly Key<Fields> Input = Key.Required("input", new SectionForm(InputKeys.Table), "The image every member takes.");
    public static readonly Key<long> Classes = Key.Required("classes", new IntegerForm(2, 65_536), "Number of classes.");
    public static readonly Key<IReadOnlyList<Item<Fields>>> Blocks = Key.Optional("blocks", new MapForm<Fields>(NameForm.Pascal, new SectionForm(BlockKeys.Table), maximum: 100), "Groups of layers by name, each a layer type of its own.");
    public static readonly Key<IReadOnlyList<Item<Fields>>> Architectures = Key.Required("architectures", new MapForm<Fields>(NameForm.Pascal, new SectionForm(ArchitectureKeys.Table)), "Networks without bits, by name.");
    public static readonly Key<IReadOnlyList<Item<Fields>>> Precisions = Key.Optional("precisions", new MapForm<Fields>(NameForm.Snake, new SectionForm(PrecisionKeys.Table)), "Bits of weights and activations, by name; 'full' is built in.");
    public static readonly Key<IReadOnlyList<Item<Fields>>> Members = Key.Required("members", new ListForm<Fields>(new SectionForm(MemberKeys.Table), maximum: 64), "The members, each an architecture at a precision.");
    public static readonly Key<Fields> Fusion = Key.Required("fusion", new SectionForm(FusionKeys.Table), "How the members' outputs become one decision.");
    public static readonly Key<Fields> Budget = Key.Optional("budget", new SectionForm(BudgetKeys.Table), "What the ensemble may cost relative to one member; more is an error.");
    public static readonly Key<Fields> Training = Key.Required("training", new SectionForm(TrainingKeys.Table), "How the members are trained.");
    public static readonly Key<Fields> Evaluation = Key.Required("evaluation", new SectionForm(EvaluationKeys.Table), "How the ensemble is attacked.");

    public static readonly KeyTable Table = new("the spec",
        Version, Ensemble, Description, Input, Classes, Blocks, Architectures, Precisions, Members, Fusion, Budget, Training, Evaluation);
}

internal static class InputKeys
{
    public static readonly Key<long> Channels = Key.Required("channels", new IntegerForm(1, 65_536), "Channels, C.");
    public static readonly Key<long> Height = Key.Required("height", new IntegerForm(1, 16_384), "Height in pixels, H.");
    public static readonly Key<long> Width = Key.Required("width", new IntegerForm(1, 16_384), "Width in pixels, W.");
    public static readonly Key<IReadOnlyList<Item<double>>> Range = Key.Required("range", new ListForm<double>(new NumberForm(-1e6, 1e6), 2, 2), "Smallest and largest valid pixel value.");
    public static readonly Key<Fields> Normalize = Key.Optional("normalize", new SectionForm(NormalizeKeys.Table), "Shift and scale per channel, inside the network.");

    public static readonly KeyTable Table = new("input", Channels, Height, Width, Range, Normalize);
}

internal static class NormalizeKeys
{
    public static readonly Key<IReadOnlyList<Item<double>>> Mean = Key.Required("mean", new ListForm<double>(new NumberForm(-1e6, 1e6), 1, 65_536), "Subtracted, one value per channel.");
    public static readonly Key<IReadOnlyList<Item<double>>> Deviation = Key.Required("std", new ListForm<double>(new NumberForm(1e-6, 1e6), 1, 65_536), "Divided by, one value per channel.");

    public static readonly KeyTable Table = new("normalize", Mean, Deviation);
}

internal static class ArchitectureKeys
{
    public const string DefaultInitialization = "pytorch";

    public static readonly Key<string> Initialization = Key.Optional("init", new ChoiceForm("unit_norm", DefaultInitialization), "How initial weights are drawn; pytorch by default.");
    public static readonly Key<IReadOnlyList<Item<DeclaredLayer?>>> Layers = Key.Required("layers", LayerForm.List(), "The layers, in order.");

    public static readonly KeyTable Table = new("an architecture", Initialization, Layers);
}

internal static class BlockKeys
{
    public static readonly Key<IReadOnlyList<Item<string>>> Parameters = Key.Optional("parameters", new ListForm<string>(NameForm.Snake, maximum: 32), "Names of its whole-number parameters: keys of the layers that use it, $name inside it.");
    public static readonly Key<IReadOnlyList<Item<DeclaredLayer?>>> Layers = Key.Required("layers", LayerForm.List(), "The layers, in order.");

    public static readonly KeyTable Table = new("a block", Parameters, Layers);
}

internal static class PrecisionKeys
{
    /// <summary>The built-in precision: 32 bits everywhere.</summary>
    public const string Full = "full";

    private static readonly Form<object?> Exception = new EitherForm<YamlMapping>(new SectionForm(OverrideKeys.Table), NameForm.Snake);

    public static readonly Key<string> Quantizer = Key.Optional("quantizer", new ChoiceForm(QuantizerKeys.Kinds), "The quantiser of weights and activations, where they do not name their own. pact leaves the weights to dorefa, ternary the activations.");
    public static readonly Key<object?> Weights = Key.Required("weights", QuantizerKeys.Side, "Bits of a weight: 1 to 8, 16 or 32; or a quantiser.");
    public static readonly Key<object?> Activations = Key.Required("activations", QuantizerKeys.Side, "Bits of a layer's input: 1 to 8, 16 or 32; or a quantiser.");
    public static readonly Key<object?> First = Key.Optional("first", Exception, "What the first layer with weights has instead: full, another precision, or bits.");
    public static readonly Key<object?> Last = Key.Optional("last", Exception, "What the last layer with weights has instead: full, another precision, or bits.");
    public static readonly Key<IReadOnlyList<Item<object?>>> Layers = Key.Optional("layers", new MapForm<object?>(NameForm.Glob, Exception),
        "Exceptions by layer path or pattern, such as stage1.*.conv2: full, another precision, or bits. The last that matches wins.");

    public static readonly KeyTable Table = new("a precision", Quantizer, QuantizerKeys.Dialect, QuantizerKeys.Rounding, Weights, Activations, First, Last, Layers);
}

internal static class QuantizerKeys
{
    public const string Stochastic = "stochastic";

    public static readonly string[] Kinds = [Quantizer.DoReFa, Quantizer.Pact, Quantizer.Lsq, Quantizer.Ternary, Quantizer.Binary];

    public static readonly Key<string> Kind = Key.Optional("quantizer", new ChoiceForm(Kinds), "The quantiser; the precision's by default.");
    public static readonly Key<int> Bits = Key.Optional("bits", new BitsForm(), "Bits of a value; ternary weights have 2, binary values 1.");
    public static readonly Key<string> Dialect = Key.Optional("dialect", new ChoiceForm(Quantizer.Empir, Quantizer.DoReFa), "dorefa: whose 1-bit weights, EMPIR's released code's (empir, the default) or DoReFa-Net's with a scale.");
    public static readonly Key<string> Rounding = Key.Optional("rounding", new ChoiceForm("nearest", Stochastic), "dorefa: to the nearest level (the default), or at random in training.");
    public static readonly Key<bool> Signed = Key.Optional("signed", new BooleanForm(), "lsq activations: levels on both sides of zero; false by default, which fits an input after relu.");

    public static readonly KeyTable Table = new("a quantizer", Kind, Bits, Dialect, Rounding, Signed);

    public static readonly Form<object?> Side = new EitherForm<YamlMapping>(new SectionForm(Table), new BitsForm());
}

internal static class OverrideKeys
{
    public static readonly Key<object?> Weights = Key.Optional("weights", QuantizerKeys.Side, "Bits of a weight, or a quantiser; the precision's by default.");
    public static readonly Key<object?> Activations = Key.Optional("activations", QuantizerKeys.Side, "Bits of the layer's input, or a quantiser; the precision's by default.");

    public static readonly KeyTable Table = new("an override", Weights, Activations);
}

internal static class MemberKeys
{
    public static readonly Key<string> Name = Key.Required("name", NameForm.Snake, "The member's name: its property in C# and its checkpoint.");
    public static readonly Key<string> Architecture = Key.Required("architecture", NameForm.Pascal, "One of the architectures.");
    public static readonly Key<string> Precision = Key.Required("precision", NameForm.Snake, "One of the precisions, or full.");
    public static readonly Key<long> Seed = Key.Required("seed", new IntegerForm(0, uint.MaxValue), "Seed of its initial weights and of the order of its training images; PyTorch's CPU generator reads 32 bits.");

    public static readonly Key<string> InitFrom = Key.Optional("init_from", NameForm.Snake, "Another member of the architecture, trained first: its trained weights are this one's initial ones.");

    public static readonly KeyTable Table = new("a member", Name, Architecture, Precision, Seed, InitFrom);
}

internal static class FusionKeys
{
    public const string Majority = "majority";
    public const string Average = "average";
    public const string Weighted = "weighted";
    public const string MaxConfidence = "max_confidence";
    public const string Probabilities = "probabilities";
    public const string Logits = "logits";

    public static readonly Key<string> Rule = Key.Required("rule", new ChoiceForm(Majority, Average, Weighted, MaxConfidence),
        "Majority of the members' classes, the mean or weighted sum of their outputs, or the class of the most confident member.");
    public static readonly Key<string> TieBreak = Key.Optional("tie_break", NameForm.Snake, "majority: the member that decides ties; without it, of the tied classes the one with the highest mean probability wins.");
    public static readonly Key<string> Of = Key.Optional("of", new ChoiceForm(Probabilities, Logits), "average, weighted: what is averaged; probabilities by default.");
    public static readonly Key<object?> Weights = Key.Optional("weights",
        new EitherForm<YamlMapping>(new MapForm<double>(NameForm.Snake, new NumberForm(0)), new ListForm<double>(new NumberForm(0), maximum: 64)),
        "weighted: one weight per member, as a list in their order or by name.");

    public static readonly KeyTable Table = new("fusion", Rule, TieBreak, Of, Weights);
}

internal static class BudgetKeys
{
    public const string Honest = "honest";
    public const string Paper = "paper";

    private const double Largest = 1e6;

    public static readonly Key<string> RelativeTo = Key.Required("relative_to", NameForm.Snake, "The member that the whole ensemble is compared with.");
    public static readonly Key<double> Memory = Key.Optional("memory", new NumberForm(0, Largest, above: true), "At most so many times the member's bytes.");
    public static readonly Key<double> Compute = Key.Optional("compute", new NumberForm(0, Largest, above: true), "At most so many times the member's bit operations: multiply-accumulates x weight bits x activation bits.");
    public static readonly Key<double> Parameters = Key.Optional("parameters", new NumberForm(0, Largest, above: true), "At most so many times the member's parameters.");
    public static readonly Key<string> Accounting = Key.Optional("accounting", new ChoiceForm(Honest, Paper), "honest (default): every layer at its own bits; paper: every layer at its precision's own bits, exempted or not.");

    public static readonly KeyTable Table = new("budget", RelativeTo, Memory, Compute, Parameters, Accounting);
}

internal static class EvaluationKeys
{
    public const string Paper = "paper";
    public const string WhiteBox = "white_box";
    public const string Adaptive = "adaptive";

    public static readonly Key<Fields> Threat = Key.Required("threat", new SectionForm(ThreatKeys.Table), "What the attacker may do.");
    public static readonly Key<IReadOnlyList<Item<string>>> Protocols = Key.Required("protocols", new ListForm<string>(new ChoiceForm(Paper, WhiteBox, Adaptive)), "Named lists of attacks, run in order.");
    public static readonly Key<object?> Images = Key.Optional("images", new EitherForm<YamlMapping>(new SectionForm(ImagesKeys.Table), ImagesKeys.Count), "How many test images are attacked, from the first: one number, or one by protocol; all by default.");

    public static readonly Key<bool> Ladder = Key.Optional("ladder", new BooleanForm(), "Whether PGD is also run at growing radii, up to the one that leaves no image; false by default.");
    public static readonly Key<bool> Transfer = Key.Optional("transfer", new BooleanForm(), "Whether images crafted on each member are also decided by every other and the ensemble; false by default.");
    public static readonly Key<bool> Masking = Key.Optional("masking", new BooleanForm(), "Whether the gradients are also checked for masking; false by default.");

    public static readonly KeyTable Table = new("evaluation", Threat, Protocols, Images, Ladder, Transfer, Masking);
}

internal static class ImagesKeys
{
    public static readonly IntegerForm Count = new(1, int.MaxValue);

    public static readonly Key<long> Paper = Key.Optional(EvaluationKeys.Paper, Count, "Images of the protocol paper. A protocol that is not named attacks the smallest number that is.");
    public static readonly Key<long> WhiteBox = Key.Optional(EvaluationKeys.WhiteBox, Count, "Images of white_box. Ladder, transfer matrix and masking checks take the larger of this and the next.");
    public static readonly Key<long> Adaptive = Key.Optional(EvaluationKeys.Adaptive, Count, "Images of adaptive.");

    public static readonly KeyTable Table = new("images", Paper, WhiteBox, Adaptive);
}

internal static class ThreatKeys
{
    public const string Linf = "linf";
    public const string L2 = "l2";

    public static readonly Key<string> Norm = Key.Required("norm", new ChoiceForm(Linf, L2), "The distance: linf. No protocol has attacks bounded in l2 yet, which is EMPIR4009.");
    public static readonly Key<double> Epsilon = Key.Required("epsilon", new NumberForm(0, 1e6), "The radius, in the input's own units.");

    public static readonly KeyTable Table = new("threat", Norm, Epsilon);
}
