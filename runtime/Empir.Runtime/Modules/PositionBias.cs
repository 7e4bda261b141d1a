using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Modules;

/// <summary>
/// A bias of its own for every channel and position, zero at first: [N, C, H, W] to the same. EMPIR's released AlexNet adds
/// one after its first convolution, where the usual bias is one value per channel.
/// </summary>
public sealed class PositionBias : nn.Module<Tensor, Tensor>
{
    // The name is the state_dict's: TorchSharp writes a moved parameter back to the field called like it.
#pragma warning disable IDE0044
    private Parameter bias;
#pragma warning restore IDE0044

    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    public PositionBias(long channels, long height, long width) : base(nameof(PositionBias))
    {
        bias = new Parameter(zeros(channels, height, width));
        register_parameter(nameof(bias), bias);
    }

    /// <summary>The bias, [C, H, W].</summary>
    public Parameter Bias => bias;

    /// <inheritdoc />
    public override Tensor forward(Tensor input) => input.Add(bias);

    /// <inheritdoc />
    protected override void RegisterComponents() { }
}
