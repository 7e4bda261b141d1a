using Empir.Packed.Kernels;

namespace Empir.Packed.Networks;

/// <summary>
/// Turns a member's layers into steps. An activation exists in the forms its readers want: full precision, or levels of one
/// quantiser. Between two low-bit layers there is only the second form, wherever what lies between them is monotone.
/// </summary>
internal sealed class Planner
{
    // What fails is not kept, so that whoever prepares the member again may succeed.
    private const LazyThreadSafetyMode Retried = LazyThreadSafetyMode.PublicationOnly;

    private readonly PackedMember member;
    private readonly PackedInput input;
    private readonly KernelSelector kernels;
    private readonly List<int>[] readers;
    private readonly Dictionary<int, Plane> values = [];
    private readonly Dictionary<(int Layer, PackedActivations Activations), Plane> levels = [];
    private readonly HashSet<int> fused = [];
    private readonly List<PackedLayerKernel> used = [];
    private readonly List<Plane> planes = [];
    private readonly List<Step> steps = [];

    public Planner(PackedMember member, PackedInput input, KernelSelector kernels)
    {
        this.member = member;
        this.input = input;
        this.kernels = kernels;
        readers = [.. member.Layers.Select(_ => new List<int>())];
        for (var i = 0; i < member.Layers.Count; i++)
        {
            foreach (var from in member.Layers[i].Inputs.Where(from => from >= 0))
                readers[from].Add(i);
        }
        for (var i = 0; i < member.Layers.Count; i++)
        {
            if (!fused.Contains(i) && (readers[i].Count > 0 || i == member.Layers.Count - 1))
                Add(i);
        }
        Output = values[member.Layers.Count - 1];
    }

    public IReadOnlyList<Step> Steps => steps;

    public IReadOnlyList<Plane> Planes => planes;

    public IReadOnlyList<PackedLayerKernel> Kernels => used;

    /// <summary>The logits.</summary>
    public Plane Output { get; }

    private void Add(int index)
    {
        var layer = member.Layers[index];
        switch (layer)
        {
            case PackedWeightedLayer { Weights: LowBitWeights low, Activations: { } activations } weighted:
                AddLowBit(index, weighted, low, activations);
                break;
            case PackedWeightedLayer weighted:
                AddFull(index, weighted);
                break;
            case PackedAffine or PackedClip:
                Write(index, target => new ElementwiseStep(Values(layer.Inputs[0]), target, new FloatEpilogue(layer.Output.Channels, new Chain(_ => 1, _ => 0, [layer])), 0));
                break;
            case PackedPositionBias bias:
                Write(index, target => new PositionBiasStep(Values(layer.Inputs[0]), target, bias.Bias));
                break;
            case PackedLeakyRelu relu:
                Write(index, target => new ElementwiseStep(Values(layer.Inputs[0]), target, null, relu.Slope));
                break;
            case PackedMaxPool2d pool:
                AddMaxPool(index, pool);
                break;
            case PackedAvgPool2d pool:
                Write(index, target => new AvgPoolStep(Values(layer.Inputs[0]), target, pool.Window, pool.CountsPadding));
                break;
            case PackedFlatten:
                Write(index, target => new FlattenStep(Values(layer.Inputs[0]), target));
                break;
            case PackedPad pad:
                Write(index, target => new PadStep(Values(layer.Inputs[0]), target, pad));
                break;
            case PackedAdd:
                Write(index, target => new AddStep([.. layer.Inputs.Select(Values)], target));
                break;
            case PackedConcat:
                Write(index, target => new ConcatStep([.. layer.Inputs.Select(Values)], target));
                break;
            default:
                throw new NotSupportedException(layer.Title);
        }
    }

    private void AddLowBit(int index, PackedWeightedLayer layer, LowBitWeights weights, PackedActivations activations)
    {
        var source = Levels(layer.Inputs[0], activations);
        var sums = new LowBitSums(layer, weights, activations, ShapeOf(layer.Inputs[0]));
        var path = new FusedPath(member, readers, index, sums);
        if (path.Activations is not { } next)
        {
            var (last, followers) = FollowedBy(index);
            var epilogue = new Lazy<FloatEpilogue>(() => new(layer.Output.Channels, sums.Chain(followers)), Retried);
            values[last] = NewPlane(layer.Output, sizeof(float), layer.Output.Channels, 0);
            AddConvolution(sums, source, new(null, epilogue, values[last]));
            return;
        }

        fused.UnionWith(path.Layers);
        var multiples = path.Pools.Select(_ => 1).Append(Multiple(path.Last)).ToArray();
        var requantizer = new Lazy<Requantizer>(() => path.Average is { } pool
            ? new(layer.Output.Channels, path.HasRelu ? 0 : sums.Lowest * pool.Window.Area, sums.Largest * pool.Window.Area, next, sums.Chain(path.Elementwise, pool.Window.Area))
            : new(layer.Output.Channels, sums.Lowest, sums.Largest, next, sums.Chain(path.Elementwise)), Retried);
        var plane = path.Average is null
            ? NewLevels(layer.Output, next, multiples[0])
            : NewPlane(layer.Output, sizeof(int), layer.Output.Channels, 0);
        AddConvolution(sums, source, path.Average is null ? new(requantizer, null, plane) : new(null, null, plane, path.HasRelu));
        foreach (var (after, multiple) in path.Pools.Zip(multiples.Skip(1)))
        {
            var target = NewLevels(after.Output, next, multiple);
            steps.Add(after switch
            {
                PackedAvgPool2d average => new SumsToLevelsStep(plane, target, average.Window, requantizer),
                PackedMaxPool2d max => new MaxPoolStep<byte>(plane, target, max.Window, 0),
                _ => new FlattenStep(plane, target),
            });
            plane = target;
        }
        levels[(path.Last, next)] = plane;
    }

    private void AddConvolution(LowBitSums sums, Plane source, SumTarget target)
    {
        var layer = sums.Layer;
        var (window, groups) = Window(layer);
        Use(layer, source, new LevelStep(source, sums, window, groups, target, kernels, $"{member.Name}/{layer.Name}"));
    }

    private void AddFull(int index, PackedWeightedLayer layer)
    {
        var source = Values(layer.Inputs[0]);
        if (layer.Activations is { } activations)
        {
            var rounded = NewPlane(source.Shape, sizeof(float), source.Shape.Channels, 0);
            steps.Add(new QuantizeStep(source, rounded, activations));
            source = rounded;
        }
        var (window, groups) = Window(layer);
        var terms = source.Shape.Channels / groups * window.Height * window.Width;
        var weights = new Lazy<float[]>(() => layer.Weights switch
        {
            FullWeights full => full.Values,
            LowBitWeights low => [.. low.Integers(terms * layer.Output.Channels).Select((integer, i) => (float)(integer * low.Scale(i / terms)))],
            _ => throw new NotSupportedException(layer.Title),
        }, Retried);
        var (last, followers) = FollowedBy(index);
        var epilogue = new FloatEpilogue(layer.Output.Channels, new Chain(_ => 1, c => layer.Bias?[c] ?? 0, followers));
        var target = NewPlane(layer.Output, sizeof(float), layer.Output.Channels, 0);
        var pixels = layer.Output.Height * layer.Output.Width;
        if (WinogradSums.Of(window, groups, source.Shape.Channels, layer.Output.Channels) is { } sums
            && kernels.Choose(sums, WinogradSums.TilesOver(layer.Output.Height) * WinogradSums.TilesOver(layer.Output.Width), new(window.Height, window.Width * source.Shape.Channels, layer.Output.Channels), pixels) is { } winograd)
            Use(layer, source, new WinogradStep(source, layer.Output, window, sums, weights, epilogue, target, winograd));
        else
            Use(layer, source, new FloatStep(source, layer.Output, window, groups, weights, epilogue, target, direct => kernels.Choose(direct, pixels)));
        values[last] = target;
    }

    // A ReLU that alone reads it becomes part of it. A window without pixels gives what no image has.
    private void AddMaxPool(int index, PackedMaxPool2d pool)
    {
        var clip = readers[index] is [var next] ? member.Layers[next] as PackedClip : null;
        var isRelu = clip is { Maximum: null };
        Write(index, target => new MaxPoolStep<float>(Values(pool.Inputs[0]), target, pool.Window, isRelu ? clip!.Minimum : float.NegativeInfinity));
        if (isRelu)
        {
            fused.Add(readers[index][0]);
            values[readers[index][0]] = values[index];
        }
    }

    // Only such a step makes its source's border wider.
    private void Use(PackedWeightedLayer layer, Plane source, Step step)
    {
        if (source.Bytes(1) > int.MaxValue)
            throw new NotSupportedException($"{member.Name}/{layer.Name} cannot run: its input takes {source.Bytes(1)} bytes with all the padding, more than {int.MaxValue}.");
        steps.Add(step);
        used.Add(new(member.Name, layer.Name, step.Kernel!));
    }

    // The affine layers and then clips that alone read what goes before them; they become part of the layer.
    private (int Last, IReadOnlyList<PackedLayer> Layers) FollowedBy(int index)
    {
        List<PackedLayer> layers = [];
        while (readers[index] is [var next] && member.Layers[next] is PackedAffine or PackedClip
            && !(member.Layers[next] is PackedAffine && layers.Any(layer => layer is PackedClip)))
        {
            layers.Add(member.Layers[next]);
            fused.Add(next);
            index = next;
        }
        return (index, layers);
    }

    private void Write(int index, Func<Plane, Step> step)
    {
        var output = member.Layers[index].Output;
        var target = NewPlane(output, sizeof(float), output.Channels, 0);
        steps.Add(step(target));
        values[index] = target;
    }

    private PackedShape ShapeOf(int index) => index < 0 ? new(input.Channels, input.Height, input.Width) : member.Layers[index].Output;

    private Plane Values(int index)
    {
        if (values.TryGetValue(index, out var plane))
            return plane;
        // Only the image has no step of its own.
        plane = NewPlane(ShapeOf(index), sizeof(float), ShapeOf(index).Channels, 0);
        steps.Add(new ImageStep(input, plane, null));
        return values[index] = plane;
    }

    private Plane Levels(int index, PackedActivations activations)
    {
        if (levels.TryGetValue((index, activations), out var plane))
            return plane;
        plane = NewLevels(ShapeOf(index), activations, Multiple(index));
        steps.Add(index < 0 ? new ImageStep(input, plane, activations) : new QuantizeStep(Values(index), plane, activations));
        return levels[(index, activations)] = plane;
    }

    // Four bytes that a kernel takes at once are then one pixel's. Three channels stay three: a row of the window is one run, which is
    // filled up once and not at every pixel.
    private int Multiple(int index) => ShapeOf(index) is { Channels: > 3, Width: > 1 } ? 4 : 1;

    private Plane NewLevels(PackedShape shape, PackedActivations activations, int multiple) =>
        NewPlane(shape, 1, Tiles.Round(shape.Channels, multiple), (byte)activations.Zero);

    private Plane NewPlane(PackedShape shape, int elementSize, int channelStride, byte border)
    {
        var plane = new Plane(shape, elementSize, channelStride, border);
        planes.Add(plane);
        return plane;
    }

    private static (PackedWindow Window, int Groups) Window(PackedWeightedLayer layer) =>
        layer is PackedConv2d conv ? (conv.Window, conv.Groups) : (new(1, 1, 1, 1, 0, 0, 0, 0), 1);
}
