using Empir.Ensembles;
using Empir.Packed;
using Empir.Packing;
using Empir.Quantization;
using static TorchSharp.torch;

namespace Empir.Generator.Tests;

/// <summary>Blocks that are used in ways which differ: what is generated compiles and runs, and what is packed joins the same layers.</summary>
public sealed class BlockUseTests
{
    // A name means a layer of its own list, whatever other lists call theirs, and may mean a block or a repeat.
    [Fact]
    public void PackedJoinsAreThoseOfTheNetwork()
    {
        using var ensemble = Ensemble("""
            blocks:
              Unit:
                layers:
                  - { type: conv2d, name: conv, out_channels: 4, kernel_size: 3, padding: 1 }
                  - { type: conv2d, name: again, out_channels: 4, kernel_size: 1 }
                  - { type: add, from: conv }
                  - { type: relu }
            architectures:
              Net:
                layers:
                  - { type: conv2d, name: conv, out_channels: 4, kernel_size: 1 }
                  - { type: Unit, name: first }
                  - { type: add, from: conv }
                  - { type: repeat, name: turns, times: 2, layers: [{ type: conv2d, name: conv, out_channels: 4, kernel_size: 1 }, { type: relu }] }
                  - { type: residual, name: around, body: [{ type: Unit, name: inner }, { type: dropout, p: 0.5 }] }
                  - { type: concat, from: [conv, first, turns] }
                  - { type: flatten }
                  - { type: linear, name: logits, out_features: $classes }
            members:
              - { name: one, architecture: Net, precision: full, seed: 3 }
            """, channels: 2, size: 6);
        PacksToTheSame(ensemble);
    }

    [Fact]
    public void PackedBranchesAndPoolsAreThoseOfTheNetwork()
    {
        using var ensemble = Ensemble("""
            architectures:
              Net:
                layers:
                  - type: branches
                    join: concat
                    branches:
                      - [{ type: conv2d, name: left, out_channels: 4, kernel_size: 3, padding: 1 }, { type: relu }]
                      - []
                      - [{ type: conv2d, name: right, out_channels: 2, kernel_size: 1 }, { type: batch_norm, name: norm, affine: false }, { type: hardtanh }]
                  - { type: avg_pool2d, kernel_size: 3, stride: 1, padding: 1, count_include_pad: false }
                  - { type: adaptive_max_pool2d, output_size: [4, 6] }
                  - type: branches
                    join: add
                    branches: [[{ type: conv2d, name: a, out_channels: 6, kernel_size: 1 }], [{ type: conv2d, name: b, out_channels: 6, kernel_size: 1 }, { type: relu }]]
                  - { type: adaptive_avg_pool2d, output_size: [2, 3] }
                  - { type: global_max_pool2d }
                  - { type: linear, name: logits, out_features: $classes }
            members:
              - { name: one, architecture: Net, precision: full, seed: 3 }
            """, channels: 2, size: 12);
        using var batch = randn([4, 2, 12, 12], generator: new TorchSharp.torch.Generator(6));
        // A batch sets the batch norm's statistics.
        ensemble.Members[0].train();
        ensemble.Members[0].call(batch).Dispose();
        PacksToTheSame(ensemble);
    }

    [Fact]
    public void UsesMayDifferInBits()
    {
        using var ensemble = Ensemble("""
            blocks:
              Unit: { layers: [{ type: conv2d, name: conv, out_channels: 8, kernel_size: 3, padding: 1 }, { type: relu }] }
            architectures:
              Net:
                layers:
                  - { type: conv2d, name: stem, out_channels: 8, kernel_size: 3, padding: 1 }
                  - { type: Unit, name: a }
                  - { type: Unit, name: b }
                  - { type: global_avg_pool2d }
                  - { type: linear, name: logits, out_features: 3 }
            precisions:
              low: { quantizer: dorefa, weights: 2, activations: 4, first: full, last: full, layers: { b.conv: { weights: 8, activations: { quantizer: lsq, bits: 4 } } } }
              learned: { quantizer: lsq, weights: 3, activations: 4, first: full, last: full, layers: { b.conv: { weights: 5, activations: 2 } } }
            members:
              - { name: one, architecture: Net, precision: full, seed: 3 }
              - { name: low, architecture: Net, precision: low, seed: 4 }
              - { name: learned, architecture: Net, precision: learned, seed: 5 }
            """);
        Runs(ensemble);
        Assert.Equal([(3, 4), (5, 2)], ensemble.Members[2].Card.Layers.Where(layer => layer.Name.EndsWith(".conv", StringComparison.Ordinal)).Select(layer => (layer.WeightBits, layer.ActivationBits)));
        foreach (var (path, module) in ensemble.Members[2].named_modules())
            if (module is QuantizedConv2d { WeightQuantizer: LsqWeights weights })
                Assert.Equal(path == "a.conv" ? 3 : 5, weights.Bits);
    }

    // Bits in a ratio to a parameter are written as a product of it.
    [Fact]
    public void BitsMayBeInARatioToAParameter()
    {
        using var ensemble = Ensemble("""
            blocks:
              Unit: { parameters: [width], layers: [{ type: conv2d, name: conv, out_channels: 8 * $width, kernel_size: 1 }, { type: relu }] }
            architectures:
              Net:
                layers:
                  - { type: conv2d, name: stem, out_channels: 8, kernel_size: 3 }
                  - { type: Unit, name: a, width: 1 }
                  - { type: Unit, name: b, width: 2 }
                  - { type: Unit, name: c, width: 4 }
                  - { type: global_avg_pool2d }
                  - { type: linear, name: logits, out_features: 3 }
            precisions:
              low: { quantizer: dorefa, weights: 2, activations: 4, first: full, last: full, layers: { b.conv: { weights: 4 }, c.conv: { weights: 8 } } }
            members:
              - { name: one, architecture: Net, precision: full, seed: 3 }
              - { name: low, architecture: Net, precision: low, seed: 4 }
            """);
        Runs(ensemble);
        Assert.Equal(
            [("a.conv", 2), ("b.conv", 4), ("c.conv", 8)],
            ensemble.Members[1].named_modules().Where(each => each.module is QuantizedConv2d).Select(each => (each.name, ((QuantizedConv2d)each.module).WeightQuantizer.Bits)));
    }

    [Fact]
    public void UsesMayBeOnAnImageAndOnAVector() => Runs("""
        blocks:
          Act: { layers: [{ type: silu }, { type: dropout, p: 0.2 }] }
        architectures:
          Net:
            layers:
              - { type: conv2d, name: conv, out_channels: 4, kernel_size: 3 }
              - { type: Act, name: act1 }
              - { type: flatten }
              - { type: linear, name: hidden, out_features: 32 }
              - { type: Act, name: act2 }
              - { type: linear, name: logits, out_features: 3 }
        members:
          - { name: one, architecture: Net, precision: full, seed: 3 }
        """);

    [Fact]
    public void ABlocksParameterMayBeAKeywordInsideAnother() => Runs("""
        blocks:
          Conv: { parameters: [out], layers: [{ type: conv2d, name: c, out_channels: $out, kernel_size: 1 }] }
          Stage: { layers: [{ type: Conv, name: conv, out: 2 * $in_channels }, { type: relu }] }
        architectures:
          Net:
            layers:
              - { type: conv2d, name: stem, out_channels: 4, kernel_size: 3 }
              - { type: Stage, name: s1 }
              - { type: Stage, name: s2 }
              - { type: global_avg_pool2d }
              - { type: linear, name: logits, out_features: 3 }
        members:
          - { name: one, architecture: Net, precision: full, seed: 3 }
        """);

    // PyTorch lets a last window begin inside the image and end beyond it, be it the only one.
    [Fact]
    public void InCeilModeAWindowMayBeLargerThanTheImage()
    {
        using var ensemble = Ensemble("""
            architectures:
              Net:
                layers:
                  - { type: conv2d, name: conv, out_channels: 4, kernel_size: 1 }
                  - { type: max_pool2d, kernel_size: 3, stride: 2, ceil_mode: true }
                  - { type: flatten }
                  - { type: linear, name: logits, out_features: 3 }
            members:
              - { name: one, architecture: Net, precision: full, seed: 3 }
            """, size: 2);
        Assert.Equal([4, 1, 1], ensemble.Members[0].Card.Layers[1].OutputShape);
        Runs(ensemble);
    }

    private static void PacksToTheSame(Ensemble ensemble)
    {
        var input = ensemble.Members[0].Card.Input;
        using var images = rand([3, input.Channels, input.Height, input.Width], generator: new TorchSharp.torch.Generator(5));
        using var packed = new PackedEnsemble(Packer.Pack(ensemble));
        var logits = new float[9];
        packed.Logits(images.data<float>().ToArray(), logits);

        ensemble.Members[0].eval();
        using var wanted = ensemble.Members[0].call(images);
        Assert.All(wanted.data<float>().ToArray().Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    private static Ensemble Ensemble(string networks, int channels = 1, int size = 8) => RuntimeTests.Compiled(("blocks.empir.yaml", $$"""
        empir: 1
        ensemble: BlocksEmpir
        input: { channels: {{channels}}, height: {{size}}, width: {{size}}, range: [0, 1] }
        classes: 3
        {{networks}}
        fusion: { rule: majority, tie_break: one }
        training: { dataset: mnist, epochs: 1, batch_size: 8, optimizer: { type: adam, learning_rate: 0.001 } }
        evaluation: { threat: { norm: linf, epsilon: 0.1 }, protocols: [white_box] }
        """)).Single().Create();

    private static void Runs(string networks)
    {
        using var ensemble = Ensemble(networks);
        Runs(ensemble);
    }

    private static void Runs(Ensemble ensemble)
    {
        var input = ensemble.Members[0].Card.Input;
        using var images = rand(2, input.Channels, input.Height, input.Width);
        foreach (var member in ensemble.Members)
        {
            using var logits = member.call(images);
            Assert.Equal([2, 3], logits.shape);
        }
    }
}
