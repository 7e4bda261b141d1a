using Empir.Generator.Checking.Forms;
using Empir.Generator.Diagnostics;
using Empir.Generator.Layers;
using static System.FormattableString;

namespace Empir.Generator.Checking;

/// <summary>The quantisers of a precision: one word for both sides, or a section for each.</summary>
internal static class QuantizerChecker
{
    private static readonly string[] OfWeights = [Quantizer.DoReFa, Quantizer.Lsq, Quantizer.Ternary, Quantizer.Binary];
    private static readonly string[] OfActivations = [Quantizer.DoReFa, Quantizer.Pact, Quantizer.Lsq, Quantizer.Binary];

    /// <summary>A precision's own quantisers; full precision for a side with a reported error.</summary>
    public static Quantization Check(Fields precision, Report report)
    {
        var isMissing = false;
        var quantization = new Quantization(
            Side(precision, precision, PrecisionKeys.Weights, Quantizer.None, report, ref isMissing),
            Side(precision, precision, PrecisionKeys.Activations, Quantizer.None, report, ref isMissing));
        if (!precision.HasErrors && !quantization.IsFull && quantization.Weights.Kind != Quantizer.DoReFa && quantization.Activations.Kind != Quantizer.DoReFa)
            foreach (var option in new[] { QuantizerKeys.Dialect, QuantizerKeys.Rounding }.Where(precision.Has))
                report.Add(Descriptors.UnusedKey, precision.Locate(option), option.Name, quantization.Words);
        return quantization;
    }

    /// <summary>The quantisers of an exception: what it leaves out is the precision's.</summary>
    public static Quantization Check(Fields exception, Fields precision, Quantization own, Report report)
    {
        var isMissing = false;
        return new(
            Side(exception, precision, OverrideKeys.Weights, own.Weights, report, ref isMissing),
            Side(exception, precision, OverrideKeys.Activations, own.Activations, report, ref isMissing));
    }

    // Both sides may miss the quantiser: one mistake is one message.
    private static Quantizer Side(Fields fields, Fields precision, Key<object?> key, Quantizer otherwise, Report report, ref bool isMissing)
    {
        if (!fields.Has(key) || precision.IsUnreadable(PrecisionKeys.Quantizer))
            return otherwise;
        if (fields.Get(key) is 32)
            return Quantizer.None;
        var isWeights = key.Name == PrecisionKeys.Weights.Name;
        var section = fields.Get(key) as Fields ?? Fields.None;
        var span = section.Has(QuantizerKeys.Kind) ? section.Locate(QuantizerKeys.Kind) : fields.Locate(key);
        // Bits alone are bits of the quantiser that the side has anyway.
        var keeps = !section.Has(QuantizerKeys.Kind) && !otherwise.IsNone;
        var kind = keeps ? otherwise.Kind : section.Has(QuantizerKeys.Kind) ? section.Get(QuantizerKeys.Kind) : Inherited(precision, isWeights);
        if (kind is null)
        {
            if (!isMissing)
                report.Add(Descriptors.MissingKey, precision.Anchor, PrecisionKeys.Quantizer.Name, PrecisionKeys.Table.Title);
            isMissing = true;
            return otherwise;
        }
        if (!(isWeights ? OfWeights : OfActivations).Contains(kind))
        {
            report.Add(Descriptors.QuantizerDoesNotFit, span, kind, key.Name, Suggestion.OneOf(isWeights ? OfWeights : OfActivations));
            return otherwise;
        }
        var fixedBits = kind switch { Quantizer.Binary => 1, Quantizer.Ternary => 2, _ => 0 };
        var bits = fields.Get(key) is int given ? given : section.Get(QuantizerKeys.Bits, fixedBits);
        if (bits == 32)
            return Quantizer.None;
        if (bits == 0)
        {
            report.Add(Descriptors.MissingKey, fields.Locate(key), QuantizerKeys.Bits.Name, QuantizerKeys.Table.Title);
            return otherwise;
        }
        if ((fixedBits > 0 && bits != fixedBits) || (kind == Quantizer.Lsq && bits == 1 && (isWeights || section.Get(QuantizerKeys.Signed, keeps && otherwise.IsSigned))))
        {
            report.Add(Descriptors.BitsDoNotFit, fields.Locate(key), $"{kind} {key.Name}",
                fixedBits > 0 ? Invariant($"{fixedBits}") : "at least 2", Invariant($"{bits}"));
            return otherwise;
        }

        string Option(Key<string> option, string own) => section.Get(option, keeps ? own : precision.Get(option, ""));
        foreach (var option in section == Fields.None ? [] : Unused(kind, isWeights).Where(section.Has))
            report.Add(Descriptors.UnusedKey, section.Locate(option), option.Name, $"{kind} {key.Name}");
        return kind == Quantizer.DoReFa
            ? new(
                kind, bits, isWeights && Option(QuantizerKeys.Dialect, otherwise.Dialect) == Quantizer.DoReFa ? Quantizer.DoReFa : Quantizer.Empir,
                Option(QuantizerKeys.Rounding, otherwise.IsStochastic ? QuantizerKeys.Stochastic : "") == QuantizerKeys.Stochastic)
            : new(kind, bits, IsSigned: section.Get(QuantizerKeys.Signed, keeps && otherwise.IsSigned));
    }

    // One word for both sides means what its paper does: PACT and TWN leave the other side to DoReFa.
    private static string? Inherited(Fields precision, bool isWeights) =>
        !precision.Has(PrecisionKeys.Quantizer) ? null
        : precision.Get(PrecisionKeys.Quantizer) switch
        {
            Quantizer.Pact when isWeights => Quantizer.DoReFa,
            Quantizer.Ternary when !isWeights => Quantizer.DoReFa,
            var kind => kind,
        };

    private static IEnumerable<Key> Unused(string kind, bool isWeights)
    {
        if (kind != Quantizer.DoReFa || !isWeights)
            yield return QuantizerKeys.Dialect;
        if (kind != Quantizer.DoReFa)
            yield return QuantizerKeys.Rounding;
        if (kind != Quantizer.Lsq || isWeights)
            yield return QuantizerKeys.Signed;
    }
}
