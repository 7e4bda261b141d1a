using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// The parameter of one layer that a quantiser with a learned range works with. It is zero until the layer's first pass,
/// training or not, sets it from the values it sees; a state_dict read before that pass is kept. The state of a network that
/// never ran holds zeros: read it before the first pass only.
/// </summary>
internal sealed class LearnedRange
{
    private readonly nn.Module layer;
    private readonly ILearnedRange quantizer;
    private bool isSet;

    public LearnedRange(nn.Module layer, ILearnedRange quantizer)
    {
        this.layer = layer;
        this.quantizer = quantizer;
        layer.register_parameter(quantizer.RangeName, new Parameter(zeros(1)));
    }

    /// <summary>The ranges' names in a network's state_dict.</summary>
    public static IEnumerable<string> Names(nn.Module network) =>
        from entry in network.named_modules()
        let layer = entry.module as QuantizedLayer
        where layer is not null
        from range in new object[] { layer.WeightQuantizer, layer.ActivationQuantizer }.OfType<ILearnedRange>()
        select $"{entry.name}.{range.RangeName}";

    public Tensor Quantize(Tensor values)
    {
        // Asked for by name: a move to another device replaces the parameter.
        var range = layer.get_parameter(quantizer.RangeName)!;
        if (!isSet)
            Set(range, values);
        return quantizer.Quantize(values, range);
    }

    private void Set(Tensor range, Tensor values)
    {
        using var _ = no_grad();
        if (range.ReadDouble() == 0)
        {
            using var initial = quantizer.InitialRange(values);
            range.copy_(initial);
        }
        isSet = true;
    }
}
