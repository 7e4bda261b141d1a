using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Empir.Packed.Files;

/// <summary>Whether a model's parts fit together, so that nothing behind it has to check a size again.</summary>
internal static class ModelCheck
{
    // Far beyond every network for images, and small enough that no product of two sizes overflows.
    private const int LargestSize = 1 << 20;

    // A vote keeps a few numbers of each on the stack.
    private const int MostClasses = 1 << 15;
    private const int MostMembers = 1 << 10;

    // A row's places lie on the stack.
    private const int LargestSide = 1 << 16;
    private const int LargestImage = 1 << 28;

    // So do the places of a window's pixels.
    private const int LargestWindow = 1 << 15;

    /// <summary>What is wrong, as a clause; null if nothing is.</summary>
    public static string? Problem(PackedModel model)
    {
        // A file may leave out what the records need.
        if (model is not { Name: not null, Input: not null, Fusion: not null, Members.Count: > 0, Metadata: not null }
            || model.Members.Any(member => member is not { Name: not null, Layers: not null })
            || model.Members.SelectMany(member => member.Layers).Any(layer => layer is not { Name: not null, Inputs.Count: > 0 })
            || model.Metadata.Values.Any(text => text is null))
            return "something is missing in its header";
        if (!IsShape(Shape(model.Input)) || !(model.Input.Maximum > model.Input.Minimum) || !float.IsFinite(model.Input.Maximum - model.Input.Minimum))
            return "its input is not an image";
        if (model.Classes is < 1 or > MostClasses)
            return Invariant($"it has {model.Classes} classes, not 1 to {MostClasses}");
        if (model.Members.Count > MostMembers)
            return Invariant($"it has {model.Members.Count} members, not 1 to {MostMembers}");
        return Problem(model.Fusion, model.Members.Count) ?? model.Members.Select(member => Problem(member, model)).FirstOrDefault(problem => problem is not null);
    }

    private static string? Problem(PackedFusion fusion, int members) => fusion switch
    {
        PackedMajority { TieBreak: { } member } when member < 0 || member >= members => Invariant($"there is no member {member} to break ties"),
        PackedWeightedSum { Weights: null } => "its fusion has no weights",
        PackedWeightedSum sum when sum.Weights.Count != members => Invariant($"{sum.Weights.Count} weights for {members} members"),
        PackedWeightedSum sum when !sum.Weights.All(double.IsFinite) => "a member's weight is not a number",
        _ => null,
    };

    private static string? Problem(PackedMember member, PackedModel model)
    {
        for (var i = 0; i < member.Layers.Count; i++)
        {
            var layer = member.Layers[i];
            if (layer.Inputs.Any(input => input < -1 || input >= i))
                return $"{member.Name}'s {layer.Title} takes what is not before it";
            PackedShape[] inputs = [.. layer.Inputs.Select(input => input < 0 ? Shape(model.Input) : member.Layers[input].Output)];
            if (!IsShape(layer.Output) || !Fits(layer, inputs))
                return $"{member.Name}'s {layer.Title} does not fit its input";
            if (layer is PackedWeightedLayer weighted && Problem(weighted, inputs[0]) is { } problem)
                return $"{member.Name}'s {layer.Title} {problem}";
        }
        return member.Layers is [.., var last] && last.Output == new PackedShape(model.Classes, 1, 1)
            ? null
            : $"{member.Name} does not give {model.Classes} logits";
    }

    // Of a layer whose parts fit together.
    private static string? Problem(PackedWeightedLayer layer, PackedShape input)
    {
        if (layer.Activations is { IsSigned: true, Rule: not PackedRule.Lsq })
            return "has signed levels, which only LSQ has";
        if (layer.Weights is FullWeights full)
            return AreFinite(full.Values) ? null : "has a weight that is not a number";
        // Without levels it runs in full precision.
        if (layer is not { Weights: LowBitWeights low, Activations: { } activations })
            return null;
        if (layer is PackedConv2d { Window: var window } && window.Area > LargestWindow)
            return Invariant($"has windows of {window.Area} pixels, more than {LargestWindow}");
        var (terms, level, weight) = (Terms(layer, input), activations.Highest, Math.Max(-low.Offset, low.Highest));
        return terms * level * weight < int.MaxValue
            ? null
            : Invariant($"has sums beyond 32 bits: {terms} products of levels up to {level} and weights up to {weight}");
    }

    private static long Terms(PackedWeightedLayer layer, PackedShape input) =>
        layer is PackedConv2d { Groups: var groups, Window: var window } ? (long)(input.Channels / groups) * window.Height * window.Width : input.Channels;

    // What is not finite, times 0, is not a number, and no sum with it is one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var (sum, rest) = (Vector<float>.Zero, 0f);
        foreach (var vector in vectors)
            sum += vector * 0;
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
            rest += value * 0;
        return Vector.Sum(sum) + rest == 0;
    }

    private static bool Fits(PackedLayer layer, PackedShape[] inputs)
    {
        var (input, output) = (inputs[0], layer.Output);
        if (inputs.Length > 1 && layer is not (PackedAdd or PackedConcat))
            return false;
        return layer switch
        {
            PackedConv2d conv => IsWindow(conv.Window) && conv.Groups >= 1 && input.Channels % conv.Groups == 0 && output.Channels % conv.Groups == 0
                && conv.Window.Rows(output.Height) <= input.Height + conv.Window.Top + conv.Window.Bottom
                && conv.Window.Columns(output.Width) <= input.Width + conv.Window.Left + conv.Window.Right
                && IsPadded(conv.Window, input)
                && HasWeights(conv, Terms(conv, input)),
            PackedLinear linear => input.Values == input.Channels && output.Values == output.Channels && HasWeights(linear, Terms(linear, input)),
            PackedAffine affine => output == input && affine.Scale?.Length == input.Channels && affine.Shift?.Length == input.Channels
                && affine.Scale.Concat(affine.Shift).All(double.IsFinite),
            PackedPositionBias bias => output == input && bias.Bias?.Length == input.Values && bias.Bias.All(float.IsFinite),
            PackedClip clip => output == input && float.IsFinite(clip.Minimum) && clip.Minimum <= (clip.Maximum ?? float.MaxValue),
            PackedLeakyRelu relu => output == input && float.IsFinite(relu.Slope),
            PackedMaxPool2d pool => Slides(pool.Window, input, output),
            PackedAvgPool2d pool => Slides(pool.Window, input, output),
            PackedFlatten => output == new PackedShape(input.Values, 1, 1),
            PackedPad pad => pad is { Top: >= 0, Left: >= 0, Front: >= 0 } && pad.Top <= output.Height - input.Height
                && pad.Left <= output.Width - input.Width && pad.Front <= output.Channels - input.Channels && HasSource(pad, input),
            PackedAdd => inputs.All(shape => shape == output),
            PackedConcat => inputs.All(shape => shape with { Channels = 0 } == output with { Channels = 0 }) && inputs.Sum(shape => (long)shape.Channels) == output.Channels,
            _ => false,
        };
    }

    private static bool Slides(PackedWindow window, PackedShape input, PackedShape output) => IsWindow(window) && input.Channels == output.Channels
        && IsPadded(window, input)
        && ((output.Height - 1) * (long)window.StrideY) - window.Top < input.Height && ((output.Width - 1) * (long)window.StrideX) - window.Left < input.Width;

    // A reflection has no outermost pixel to give, and no pixel is given twice.
    private static bool HasSource(PackedPad pad, PackedShape input)
    {
        var rows = Math.Max(pad.Top, pad.Output.Height - input.Height - pad.Top);
        var columns = Math.Max(pad.Left, pad.Output.Width - input.Width - pad.Left);
        return pad.Mode switch
        {
            PackedPadMode.Constant or PackedPadMode.Replicate => true,
            PackedPadMode.Reflect => rows < input.Height && columns < input.Width,
            PackedPadMode.Circular => rows <= input.Height && columns <= input.Width,
            _ => false,
        };
    }

    // What a window reaches over is a border of the image in memory.
    private static bool IsPadded(PackedWindow window, PackedShape input) =>
        ((long)input.Height + window.Top + window.Bottom + ((long)window.Height * window.DilationY))
        * ((long)input.Width + window.Left + window.Right + ((long)window.Width * window.DilationX)) <= LargestImage / input.Channels;

    private static bool HasWeights(PackedWeightedLayer layer, long terms)
    {
        var outputs = layer.Output.Channels;
        if (terms < 1 || terms * outputs > LargestImage || layer.Bias is { } bias && (bias.Length != outputs || !bias.All(float.IsFinite)))
            return false;
        if (layer.Activations is { } activations && !(activations.Bits is >= 1 and <= 8 && Enum.IsDefined(activations.Rule) && activations.Range > 0 && float.IsFinite(activations.Range)))
            return false;
        return layer.Weights switch
        {
            FullWeights full => full.Values?.Length == terms * outputs,
            LowBitWeights low => low.Bits is >= 1 and <= 8 && low.Planes?.Length == LowBitWeights.PlaneBytes((int)(terms * outputs), low.Bits)
                && low.Multiplier is 1 or 2 && low.Offset is >= -255 and <= 0 && low.Highest <= 255
                && (low.Scales?.Length == 1 || low.Scales?.Length == outputs) && low.Scales.All(double.IsFinite),
            _ => false,
        };
    }

    private static bool IsWindow(PackedWindow window) =>
        window is { Height: >= 1 and <= LargestSize, Width: >= 1 and <= LargestSize, StrideY: >= 1 and <= LargestSize, StrideX: >= 1 and <= LargestSize }
            and { Top: >= 0 and <= LargestSize, Left: >= 0 and <= LargestSize, Bottom: >= 0 and <= LargestSize, Right: >= 0 and <= LargestSize }
            and { DilationY: >= 1 and <= LargestSize, DilationX: >= 1 and <= LargestSize }
        && (long)window.Height * window.DilationY <= LargestSize && (long)window.Width * window.DilationX <= LargestSize;

    private static bool IsShape(PackedShape shape) =>
        shape is { Channels: >= 1 and <= LargestSize, Height: >= 1 and <= LargestSide, Width: >= 1 and <= LargestSide }
        && (long)shape.Channels * shape.Height * shape.Width <= LargestImage;

    private static PackedShape Shape(PackedInput input) => new(input.Channels, input.Height, input.Width);
}
