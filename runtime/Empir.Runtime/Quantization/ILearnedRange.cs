using static TorchSharp.torch;

namespace Empir.Quantization;

/// <summary>
/// What a quantiser adds that learns its range: one number, trained with the layer's weights and saved with them.
/// </summary>
public interface ILearnedRange
{
    /// <summary>The range's name in the layer's state_dict.</summary>
    string RangeName { get; }

    /// <summary>What the range starts from.</summary>
    /// <param name="values">The first values the layer quantises: its initial weights or its first batch.</param>
    /// <returns>[1], greater than zero, of the values' type and device; not differentiable.</returns>
    Tensor InitialRange(Tensor values);

    /// <summary>Quantises, differentiably in both arguments.</summary>
    /// <param name="values">Weights or a layer's input; not changed.</param>
    /// <param name="range">[1].</param>
    /// <returns>A new tensor of the values' shape.</returns>
    Tensor Quantize(Tensor values, Tensor range);
}
