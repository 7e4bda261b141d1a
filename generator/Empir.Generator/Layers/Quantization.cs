using static System.FormattableString;

namespace Empir.Generator.Layers;

/// <summary>How a layer's weights and its input are quantised.</summary>
internal sealed record Quantization(Quantizer Weights, Quantizer Activations)
{
    private const string Namespace = "global::Empir.Quantization";

    public static Quantization Full { get; } = new(Quantizer.None, Quantizer.None);

    public bool IsFull => Weights.IsNone && Activations.IsNone;

    /// <summary>Ranges that are trained: one number each.</summary>
    public int LearnedRanges => (Weights.IsLearned ? 1 : 0) + (Activations.IsLearned ? 1 : 0);

    /// <summary>Numbers at 32 bits that a stored layer needs besides its weights: what the weights are multiplied by.</summary>
    public int Scales(int outputs) => Weights switch
    {
        { Kind: Quantizer.Binary } => outputs,
        { Kind: Quantizer.Ternary } or { Dialect: Quantizer.DoReFa, Bits: 1 } => 1,
        _ => 0,
    };

    /// <summary>The quantisers in the card: empty at full precision.</summary>
    public string Words => IsFull ? "" : Weights.Words == Activations.Words ? Weights.Words : $"{Weights.Words}/{Activations.Words}";

    public string Summary => IsFull
        ? "full precision"
        : Invariant($"{Weights.Bits}-bit weights, {Activations.Bits}-bit input");

    public IEnumerable<Argument> Arguments =>
    [
        Code("weights", Weights, "Weight", "Weights"),
        Code("activations", Activations, "Activation", "Activations"),
    ];

    private static Argument Code(string name, Quantizer quantizer, string side, string suffix) => quantizer.IsNone
        ? Argument.Fixed($"{name}: {Namespace}.{side}Quantizer.None")
        : quantizer.TakesBits
            ? new(name + "_bits", $"{name}: new {Namespace}.{quantizer.ClassName}{suffix}({{0}}{quantizer.Options})", [quantizer.Bits]) { IsInt = true }
            : Argument.Fixed($"{name}: new {Namespace}.{quantizer.ClassName}{suffix}()");
}

/// <summary>A quantiser of weights or of activations.</summary>
/// <param name="Kind">Its name in the spec; empty for none.</param>
/// <param name="Bits">Bits of a value.</param>
/// <param name="Dialect">dorefa: whose 1-bit weights.</param>
/// <param name="IsStochastic">dorefa: whether training rounds at random.</param>
/// <param name="IsSigned">lsq activations: whether levels lie on both sides of zero.</param>
internal sealed record Quantizer(string Kind, int Bits, string Dialect = Quantizer.Empir, bool IsStochastic = false, bool IsSigned = false)
{
    public const string DoReFa = "dorefa";
    public const string Pact = "pact";
    public const string Lsq = "lsq";
    public const string Ternary = "ternary";
    public const string Binary = "binary";
    public const string Empir = "empir";

    public static Quantizer None { get; } = new("", 32);

    public bool IsNone => Kind.Length == 0;

    /// <summary>Whether its range is trained.</summary>
    public bool IsLearned => Kind is Pact or Lsq;

    /// <summary>Whether its bits can be chosen.</summary>
    public bool TakesBits => Kind is DoReFa or Pact or Lsq;

    public string ClassName => Kind switch { DoReFa => "DoReFa", Pact => "Pact", Lsq => "Lsq", Ternary => "Ternary", _ => "Binary" };

    public string Words => IsNone ? "none" : string.Concat(
        Kind, Dialect == Empir ? "" : ":" + Dialect, IsStochastic ? ":stochastic" : "", IsSigned ? ":signed" : "");

    /// <summary>Its constructor's arguments after the bits.</summary>
    public string Options => string.Concat(
        Dialect == Empir ? "" : ", Dialect: global::Empir.Quantization.DoReFaDialect.DoReFa",
        IsStochastic ? ", Rounding: global::Empir.Quantization.Rounding.Stochastic" : "",
        IsSigned ? ", Signed: true" : "");
}
