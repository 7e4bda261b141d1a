using Empir.Attacks;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Modules;
using Empir.Quantization;
using Empir.Specs;
using Empir.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.CommandLine.Tests;

/// <summary>The smallest ensemble with everything in it: two quantised members and a full-precision one on 4x4 images.</summary>
internal sealed class TinyEmpir : Ensemble<Majority>
{
    public static readonly EnsembleSpec Spec = new(
        new("TinyEmpir", "Three tiny members.", "specs/tiny.empir.yaml", new string('a', 64), "majority, ties to full",
            [new("low_a", 1, TinyCards.Low), new("low_b", 2, TinyCards.Low), new("full", 3, TinyCards.Full)]),
        new("stripes", Epochs: 2, BatchSize: 20, new AdamSettings(LearningRate: 0.01)),
        new(ThreatModel.Linf(0.2), [ProtocolName.Paper, ProtocolName.WhiteBox], Images: 10),
        () => new TinyEmpir(),
        new("full", BudgetAccounting.Honest, Memory: new(432 / 304.0, 1.5), Compute: new(103_424 / 77_824.0, 2.25)));

    /// <summary>The same ensemble trained in another way.</summary>
    public static EnsembleSpec Trained(Func<TrainingSettings, TrainingSettings> how, bool initFromFull = false)
    {
        var members = Spec.Card.Members;
        var card = Spec.Card with { Members = initFromFull ? [members[0] with { InitFrom = members[2] }, members[1], members[2]] : members };
        return Spec with { Card = card, Training = how(Spec.Training), Create = () => new TinyEmpir(card) };
    }

    private TinyEmpir(EnsembleCard? card = null) : base(card ?? Spec.Card, new Majority(TieBreak: 2),
        [new TinyNetwork(TinyCards.Low, 1), new TinyNetwork(TinyCards.Low, 2), new TinyNetwork(TinyCards.Full, 3)])
    {
    }
}

/// <summary>Apart from the network, so that reading a card loads no TorchSharp.</summary>
internal static class TinyCards
{
    public static readonly ClassifierCard Low = Card("low", 2, 4, 16), Full = Card("full", 32, 32, 256);

    private static ClassifierCard Card(string precision, int weights, int activations, long bytes) => new(
        "Tiny", precision, "pytorch", new(1, 4, 4, 0, 1), 3,
        [
            new("hidden", "conv2d", "in_channels=1 out_channels=4 kernel_size=4x4 stride=1x1 padding=0,0,0,0 groups=1 bias=false", [4, 1, 1], weights, activations, 64, 64, bytes),
            new("", "relu", "", [4, 1, 1], 0, 0, 0, 0, 0),
            new("", "flatten", "", [4], 0, 0, 0, 0, 0),
            new("logits", "linear", "in_features=4 out_features=3", [3], 32, 32, 12, 12, 48),
        ]);
}

internal class TinyNetwork : Classifier
{
    private readonly nn.Module<Tensor, Tensor> hidden;
    private readonly Linear logits;

    public TinyNetwork(ClassifierCard card, long seed) : base(card)
    {
        hidden = card.IsFullPrecision
            ? Register<nn.Module<Tensor, Tensor>>("hidden", new FullConv2d(1, 4, (4, 4), (1, 1), (0, 0), 1, bias: false))
            : Register<nn.Module<Tensor, Tensor>>("hidden", new QuantizedConv2d(
                1, 4, (4, 4), (1, 1), (0, 0), 1, false, new DoReFaWeights(2), new DoReFaActivations(4)));
        logits = Register("logits", nn.Linear(4, 3, hasBias: false));
        Initialize(Initializer.PyTorch, seed);
    }

    public override Tensor forward(Tensor input)
    {
        using var conv = hidden.call(input);
        using var relu = conv.relu();
        using var flat = relu.flatten(1);
        return logits.call(flat);
    }
}
