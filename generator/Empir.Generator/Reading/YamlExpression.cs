using Empir.Generator.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using static System.FormattableString;

namespace Empir.Generator.Reading;

/// <summary>A value of a layer that is computed where the layer is used, such as <c>2 * $channels</c>.</summary>
internal sealed class YamlExpression(TextSpan span, string text, Expression expression) : YamlScalar(span, text, isPlain: true)
{
    public Expression Expression => expression;

    /// <summary>The layer's mapping with its expressions recognised; those of nested layers are left to their own turn.</summary>
    public static YamlMapping Mark(YamlMapping layer, Report report) =>
        new(layer.Span, [.. layer.Entries.Select(entry => new YamlEntry(entry.Key, Rewrite(entry.Value, scalar => Recognise(scalar, report))))]);

    /// <summary>Whether there is anything to compute in a value.</summary>
    public static bool IsIn(YamlNode value) => All(value).Any();

    /// <summary>The expressions in a value: itself, or its items.</summary>
    public static IEnumerable<YamlExpression> All(YamlNode value) => value switch
    {
        YamlExpression expression => [expression],
        YamlSequence sequence => sequence.Items.OfType<YamlExpression>(),
        _ => [],
    };

    /// <summary>A value with its expressions computed; null after a reported error.</summary>
    public static YamlNode? Compute(YamlNode value, IReadOnlyDictionary<string, long> variables, Report report)
    {
        var before = report.Count;
        var computed = Rewrite(value, scalar => scalar is YamlExpression expression ? expression.Compute(variables, report) : scalar);
        return report.Count > before ? null : computed;
    }

    private YamlScalar Compute(IReadOnlyDictionary<string, long> variables, Report report)
    {
        try
        {
            return new ComputedScalar(Span, Text, expression.Evaluate(variables));
        }
        catch (ArithmeticException exception)
        {
            report.Add(Descriptors.ExpressionFails, Span, Clip(Text), exception.Message);
            return this;
        }
    }

    private static YamlScalar Recognise(YamlScalar scalar, Report report)
    {
        if (!scalar.IsPlain || scalar.Text.IndexOf('$') < 0)
            return scalar;
        if (Expression.Parse(scalar.Text, out var error) is { } expression)
            return new YamlExpression(scalar.Span, scalar.Text, expression);
        report.Add(Descriptors.BrokenExpression, scalar.Span, Clip(scalar.Text), error);
        // The layer is broken by now; a stand-in keeps its key from being reported as well.
        return new YamlExpression(scalar.Span, scalar.Text, Expression.Zero);
    }

    private static YamlNode Rewrite(YamlNode value, Func<YamlScalar, YamlNode> rewrite) => value switch
    {
        YamlScalar scalar => rewrite(scalar),
        YamlSequence sequence when sequence.Items.All(item => item is YamlScalar) => new YamlSequence(sequence.Span, [.. sequence.Items.Select(item => rewrite((YamlScalar)item))]),
        _ => value,
    };

    /// <summary>A computed number, which messages show with where it came from.</summary>
    private sealed class ComputedScalar(TextSpan span, string origin, long value) : YamlScalar(span, Invariant($"{value}"), isPlain: true)
    {
        public override string Description => $"{Text} ({Clip(origin)})";
    }
}
