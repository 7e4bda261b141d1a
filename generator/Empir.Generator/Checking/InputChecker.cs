using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Layers;
using Empir.Generator.Values;
using static System.FormattableString;

namespace Empir.Generator.Checking;

/// <summary>The spec's <c>input</c>.</summary>
internal static class InputChecker
{
    /// <summary>The input, or null after a reported error.</summary>
    public static InputSpec? Check(Fields spec, bool emitLines, Report report)
    {
        var fields = spec.Get(SpecKeys.Input, Fields.None);
        if (fields.HasErrors)
            return null;

        var before = report.Count;
        var shape = Shape.Image((int)fields.Get(InputKeys.Channels), (int)fields.Get(InputKeys.Height), (int)fields.Get(InputKeys.Width));
        if (shape.Elements > NetworkBuilder.MaximumElements)
            report.Add(Descriptors.NetworkTooLarge, fields.Locate(InputKeys.Channels), "input",
                Invariant($"{shape.Elements:N0} values for one image"), Invariant($"{NetworkBuilder.MaximumElements:N0}"));

        var range = fields.Get(InputKeys.Range);
        var (minimum, maximum) = (range[0].Value, range[1].Value);
        if ((float)minimum >= (float)maximum)
            report.Add(Descriptors.OutOfRange, fields.Locate(InputKeys.Range), "'range'", "[smallest, largest] with smallest below largest", Invariant($"[{minimum}, {maximum}]"));

        var normalize = fields.Has(InputKeys.Normalize) ? Normalize(fields, shape, emitLines, report) : null;
        return report.Count > before ? null : new(shape, minimum, maximum, normalize);
    }

    private static NormalizeSpec Normalize(Fields input, Shape shape, bool emitLines, Report report)
    {
        var fields = input.Get(InputKeys.Normalize);
        foreach (var key in new[] { NormalizeKeys.Mean, NormalizeKeys.Deviation })
            if (fields.Get(key).Count != shape.Channels)
                report.Add(Descriptors.ChannelsDoNotMatch, fields.Locate(key), $"'{key.Name}'", Invariant($"{fields.Get(key).Count}"), Invariant($"{shape.Channels}"));
        return new(
            emitLines ? report.LineOf(fields.Anchor) : 0,
            fields.Get(NormalizeKeys.Mean).Select(item => item.Value).ToEquatableArray(),
            fields.Get(NormalizeKeys.Deviation).Select(item => item.Value).ToEquatableArray());
    }
}
