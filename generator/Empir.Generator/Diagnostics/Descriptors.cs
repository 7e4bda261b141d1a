using Microsoft.CodeAnalysis;

namespace Empir.Generator.Diagnostics;

/// <summary>Everything the generator can say, in the order of the ids.</summary>
internal static class Descriptors
{
    // 0xxx: the generator itself.
    public static readonly DiagnosticDescriptor InternalError = Error("EMPIR0001", "Internal error",
        "The generator failed on this spec ({0}), which is a bug in Empir; please report it with the spec");

    public static readonly DiagnosticDescriptor UnreadableFile = Error("EMPIR0002", "Unreadable spec",
        "The spec cannot be read; check that the file exists and is UTF-8 text");

    // 1xxx: syntax and keys.
    public static readonly DiagnosticDescriptor BrokenYaml = Error("EMPIR1001", "Broken YAML",
        "Broken YAML: {0}");

    public static readonly DiagnosticDescriptor AnchorOrAlias = Error("EMPIR1002", "Anchor or alias",
        "Anchors and aliases are not part of a spec; write the value of '{0}' out");

    public static readonly DiagnosticDescriptor Tag = Error("EMPIR1003", "Tag",
        "Tags are not part of a spec; remove '{0}'");

    public static readonly DiagnosticDescriptor SeveralDocuments = Error("EMPIR1004", "Several documents",
        "A spec is one YAML document; move this one to a file of its own");

    public static readonly DiagnosticDescriptor TooDeepOrLarge = Error("EMPIR1005", "Spec too deep or too large",
        "The spec is {0}; a spec has at most {1}");

    public static readonly DiagnosticDescriptor UnknownKey = Error("EMPIR1006", "Unknown key",
        "Unknown key '{0}' in {1}{2}");

    public static readonly DiagnosticDescriptor MissingKey = Error("EMPIR1007", "Missing key",
        "Missing key '{0}' in {1}");

    public static readonly DiagnosticDescriptor DuplicateKey = Error("EMPIR1008", "Duplicate key",
        "Duplicate key '{0}' in {1}; keep one");

    public static readonly DiagnosticDescriptor WrongType = Error("EMPIR1009", "Wrong type",
        "{0} must be {1}, not {2}");

    public static readonly DiagnosticDescriptor OutOfRange = Error("EMPIR1010", "Value out of range",
        "{0} must be {1}, not {2}");

    public static readonly DiagnosticDescriptor UnknownValue = Error("EMPIR1011", "Unknown value",
        "{0} cannot be '{1}'{2}");

    public static readonly DiagnosticDescriptor BadName = Error("EMPIR1012", "Bad name",
        "'{0}' is not {1}");

    public static readonly DiagnosticDescriptor BrokenExpression = Error("EMPIR1013", "Broken expression",
        "'{0}' cannot be read: {1}; use whole numbers, $parameters, + - * / and brackets");

    public static readonly DiagnosticDescriptor ExpressionFails = Error("EMPIR1014", "Expression without a value",
        "'{0}' cannot be computed here: {1}; change it, or the numbers it is used with");

    public static readonly DiagnosticDescriptor ReservedParameter = Error("EMPIR1015", "Reserved parameter",
        "'{0}' has a meaning of its own and cannot be a parameter; rename it");

    public static readonly DiagnosticDescriptor UnusedKey = Error("EMPIR1016", "Key without effect",
        "'{0}' has no effect with {1}; remove it");

    // 2xxx: shapes.
    public static readonly DiagnosticDescriptor ShapeDoesNotFit = Error("EMPIR2001", "Shape does not fit",
        "{0} takes {1}, but its input is {2}{3}");

    public static readonly DiagnosticDescriptor ClassesDoNotMatch = Error("EMPIR2002", "Classes do not match",
        "{0} ends in {1}, but 'classes: {2}' needs [{2}]; make the last layer's output [{2}]");

    public static readonly DiagnosticDescriptor GroupsDoNotDivide = Error("EMPIR2003", "Groups do not divide the channels",
        "{0} cannot split its {3} channels ({2}) into {1} groups; choose a divisor of its input and output channels");

    public static readonly DiagnosticDescriptor PaddingTooLarge = Error("EMPIR2004", "Padding too large",
        "{0} pads by {1}, more than half its window {2}; use at most {3}");

    public static readonly DiagnosticDescriptor NetworkTooLarge = Error("EMPIR2005", "Network too large",
        "{0} makes the network too large: {1}, where at most {2} are supported");

    public static readonly DiagnosticDescriptor ChannelsDoNotMatch = Error("EMPIR2006", "Channels do not match",
        "{0} needs one value per channel: {2}, not {1}");

    public static readonly DiagnosticDescriptor JoinDoesNotFit = Error("EMPIR2007", "Join does not fit",
        "{0} cannot join {1} and {2}; {3}");

    public static readonly DiagnosticDescriptor PaddingBeyondImage = Error("EMPIR2008", "Padding beyond the image",
        "{0} pads by {2} with '{1}', more than its input {3} can give; pad less or with zeros");

    public static readonly DiagnosticDescriptor BlockHoldsItself = Error("EMPIR2009", "Block holds itself",
        "The block '{0}' holds itself ({1}); a block can use other blocks only");

    public static readonly DiagnosticDescriptor NothingToTrain = Error("EMPIR2010", "Nothing to train",
        "{0} has no layer with weights; add a conv2d or linear layer");

    // 3xxx: bits.
    public static readonly DiagnosticDescriptor UnsupportedBits = Error("EMPIR3001", "Unsupported bits",
        "{0} must be 1 to 8, 16 or 32 bits, not {1}");

    public static readonly DiagnosticDescriptor OverrideMatchesNothing = Error("EMPIR3002", "Override matches nothing",
        "'{0}' matches no layer with weights in {1}{2}");

    public static readonly DiagnosticDescriptor BuiltInPrecision = Error("EMPIR3003", "Built-in precision",
        "The precision '{0}' is built in and means 32 bits everywhere; rename this one");

    public static readonly DiagnosticDescriptor OverBudget = Error("EMPIR3004", "Over budget",
        "The ensemble has {0} times the {1} of '{2}' ({3} against {4} {5}), over its budget of {6}{7}");

    public static readonly DiagnosticDescriptor QuantizerDoesNotFit = Error("EMPIR3005", "Quantiser does not fit",
        "'{0}' cannot quantise {1}; use {2}");

    public static readonly DiagnosticDescriptor BitsDoNotFit = Error("EMPIR3006", "Bits do not fit the quantiser",
        "{0} have {1} bits, not {2}; write that, or choose another quantizer");

    // 4xxx: the ensemble.
    public static readonly DiagnosticDescriptor UnknownReference = Error("EMPIR4001", "Unknown reference",
        "There is no {0} '{1}'{2}");

    public static readonly DiagnosticDescriptor DuplicateName = Error("EMPIR4002", "Duplicate name",
        "{0} '{1}' is declared twice; rename one");

    public static readonly DiagnosticDescriptor WeightsDoNotMatch = Error("EMPIR4004", "Weights do not match the members",
        "'weights' needs one value per member: {1}, not {0}");

    public static readonly DiagnosticDescriptor NameCollision = Error("EMPIR4005", "Name collision",
        "'{0}' becomes '{1}' in C#, which {2} already uses; rename it");

    public static readonly DiagnosticDescriptor DuplicateEnsemble = Error("EMPIR4006", "Duplicate ensemble",
        "The ensemble '{0}' is already declared in {1}; rename one");

    public static readonly DiagnosticDescriptor PaperNeedsFullTieBreak = Error("EMPIR4008", "Paper protocol without a full-precision tie-break",
        "The protocol 'paper' is defined for a majority with a full-precision tie-break member, but {0}; {1}, or use white_box");

    public static readonly DiagnosticDescriptor NormWithoutAttacks = Error("EMPIR4009", "Norm without attacks",
        "No protocol has attacks bounded in {0}; use {1}");

    public static readonly DiagnosticDescriptor CircularTraining = Error("EMPIR4010", "Circular training",
        "'{0}' cannot be trained: it learns from what learns from it ({1}); let one of them start by itself");

    public static readonly DiagnosticDescriptor ArchitecturesDiffer = Error("EMPIR4011", "Architectures differ",
        "'{0}' cannot start from '{1}': that is {2}, not {3}; name a member of {3}");

    // 9xxx: advice.
    public static readonly DiagnosticDescriptor TiesLikely = Advice("EMPIR9001", "Ties likely",
        "The votes of {0} members often tie, and then the mean probabilities decide; name a 'tie_break' member, or use an odd number of members");

    public static readonly DiagnosticDescriptor UnquantizedBulk = Advice("EMPIR9002", "Unquantised bulk",
        "'{0}' is left unquantised and holds {1} of the bytes of {2}; quantise it too, or the member saves little memory");

    public static readonly DiagnosticDescriptor FirstLayerQuantized = Advice("EMPIR9003", "First layer quantised",
        "The precision '{0}' quantises the first layer, {1}, and so the image, which costs accuracy and protects only until an attack differentiates through the rounding; "
        + "write 'first: full', or name the layer if it is meant");

    public static readonly DiagnosticDescriptor RedundantException = Advice("EMPIR9004", "Exception without effect",
        "'{0}' in the precision '{1}' changes nothing: without it every layer has the same bits; remove it");

    public static readonly DiagnosticDescriptor NoBudget = Advice("EMPIR9005", "No budget",
        "Nothing limits what {0} costs; add 'budget' with the member it is compared with", DiagnosticSeverity.Info);

    public static readonly DiagnosticDescriptor UselessSuppression = Advice("EMPIR9006", "Useless suppression",
        "{0} {1}");

    public static readonly DiagnosticDescriptor Twins = Advice("EMPIR9007", "Members alike",
        "'{0}' and '{1}' are the same network from the same seed, so they always agree and count as one; give '{1}' a seed of its own");

    private static DiagnosticDescriptor Advice(string id, string title, string format, DiagnosticSeverity severity = DiagnosticSeverity.Warning) =>
        new(id, title, format, "Empir", severity, isEnabledByDefault: true);

    private static DiagnosticDescriptor Error(string id, string title, string format) =>
        new(id, title, format, "Empir", DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: WellKnownDiagnosticTags.NotConfigurable);
}
