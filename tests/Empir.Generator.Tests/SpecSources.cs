namespace Empir.Generator.Tests;

/// <summary>Specs that tests start from.</summary>
internal static class SpecSources
{
    /// <summary>A small correct spec that uses most of the language.</summary>
    public const string Small = """
        empir: 1
        ensemble: SmallEmpir
        description: Two low members beside a full one.

        input: { channels: 1, height: 8, width: 8, range: [0, 1] }
        classes: 3

        architectures:
          Net:
            init: unit_norm
            layers:
              - { type: conv2d, name: conv1, out_channels: 4, kernel_size: 3, padding: same, bias: false }
              - { type: relu }
              - { type: max_pool2d, kernel_size: 2 }
              - { type: flatten }
              - { type: linear, name: logits, out_features: 3 }

        precisions:
          low:
            quantizer: dorefa
            weights: 2
            activations: 4
            layers: { logits: full }

        members:
          - { name: low_a, architecture: Net, precision: low, seed: 1 }
          - { name: full, architecture: Net, precision: full, seed: 2 }

        fusion: { rule: majority, tie_break: full }

        training:
          dataset: fashion_mnist_subset
          epochs: 1
          batch_size: 8
          optimizer: { type: adam, learning_rate: 0.001 }

        evaluation:
          threat: { norm: linf, epsilon: 0.3 }
          protocols: [paper, white_box]
          images: 10
        """;

    /// <summary>Every layer type and every optional key, in a range that holds negative numbers.</summary>
    public const string Everything = """
        empir: 1
        ensemble: EverythingEmpir
        description: "Every layer & every <key>."

        input:
          channels: 3
          height: 33
          width: 31
          range: [-1, 1.5]
          normalize: { mean: [0.5, -0.25, 0], std: [0.25, 0.5, 1] }
        classes: 5

        architectures:
          Wide:
            layers:
              - { type: conv2d, name: conv1, out_channels: 6, kernel_size: [3, 5], stride: 2, padding: same, groups: 3 }
              - { type: batch_norm, name: norm1, eps: 0.001, momentum: 0.01 }
              - { type: relu, name: relu1 }
              - { type: avg_pool2d, kernel_size: 3, stride: [2, 1], padding: 1 }
              - { type: dropout, p: 0.25 }
              - { type: conv2d, name: conv2, out_channels: 8, kernel_size: 3, padding: [1, 0], bias: false }
              - { type: max_pool2d, kernel_size: [2, 3] }
              - { type: flatten }
              - { type: dropout }
              - { type: linear, name: hidden, out_features: 7 }
              - { type: batch_norm, name: norm_2 }
              - { type: relu }
              - { type: linear, name: logits, out_features: 5, bias: false }
          Tiny:
            init: unit_norm
            layers:
              - { type: conv2d, name: class, out_channels: 2, kernel_size: 4, stride: 3, padding: same }
              - { type: flatten }
              - { type: linear, name: logits, out_features: 5 }

        precisions:
          low:
            quantizer: dorefa
            weights: 3
            activations: 4
            layers: { conv2: { activations: 32 }, hidden: full, 'log*': mid }
          mid: { quantizer: dorefa, weights: 16, activations: 32 }

        members:
          - { name: wide_a, architecture: Wide, precision: low, seed: 1 }
          - { name: wide_b, architecture: Wide, precision: full, seed: 2 }
          - { name: new, architecture: Tiny, precision: mid, seed: 4294967295 }

        fusion: { rule: weighted, of: logits, weights: { new: 0.5, wide_a: 0.25, wide_b: 1.25 } }
        budget: { relative_to: wide_b, memory: 2.5, compute: 3, parameters: 4, accounting: honest }

        training:
          dataset: cifar10
          epochs: 2
          batch_size: 16
          optimizer: { type: adam, learning_rate: 1e-4, beta1: 0.8, beta2: 0.99, epsilon: 1e-7 }
          label_smoothing: 0.1

        evaluation:
          threat: { norm: linf, epsilon: 0.5 }
          protocols: [white_box, adaptive]
          images: { white_box: 20, adaptive: 10 }
          ladder: true
          transfer: false
          masking: true
        """;

    /// <summary>Every structure and the layers and quantisers that the others leave out.</summary>
    public const string Structure = """
        empir: 1
        ensemble: StructureEmpir
        description: Blocks in blocks.

        input: { channels: 3, height: 16, width: 16, range: [0, 1] }
        classes: 4

        blocks:
          Unit:
            parameters: [channels, stride]
            layers:
              - { type: conv2d, name: conv, out_channels: $channels, kernel_size: 3, stride: $stride, padding: 1, bias: false }
              - { type: group_norm, name: norm, num_groups: 2 }
              - { type: silu }

          # Used with and without a projection; the depthwise convolution is as wide as what comes in.
          Separable:
            layers:
              - type: residual
                name: skip
                body:
                  - { type: conv2d, name: depthwise, out_channels: $in_channels, kernel_size: 3, padding: 1, groups: $in_channels, padding_mode: reflect }
                  - { type: leaky_relu, negative_slope: 0.1 }
                  - { type: Unit, name: unit, channels: ($in_channels + $in_channels) / 2, stride: 1 }
              - { type: hardtanh, min_val: -2, max_val: 2 }
              - { type: shift, by: -0.25 }

          Stage:
            parameters: [width, times]
            layers:
              - { type: Unit, name: first, channels: 2 * $width, stride: 2 }
              - { type: repeat, name: rest, times: $times, layers: [{ type: Separable }] }

        architectures:
          Deep:
            layers:
              - { type: conv2d, name: stem, out_channels: 8, kernel_size: 3, padding: same, dilation: 2 }
              - { type: relu6, name: early }
              - { type: Stage, name: stage1, width: 4, times: 2 }
              - { type: Stage, name: stage2, width: 6, times: 1 }
              - type: repeat
                name: grow
                times: 3
                layers:
                  - { type: conv2d, name: conv, out_channels: $in_channels + 2 * ($index + 1), kernel_size: 1 }
                  - { type: gelu, approximate: tanh }
              - type: branches
                name: split
                join: concat
                branches:
                  - [{ type: conv2d, name: left, out_channels: 4, kernel_size: 1 }, { type: gelu }]
                  - []
                  - - { type: max_pool2d, kernel_size: 3, stride: 1, padding: same }
                    - { type: residual, body: [{ type: conv2d, name: right, out_channels: 24, kernel_size: 1 }], shortcut: [{ type: avg_pool2d, kernel_size: 3, stride: 1, padding: same }] }
              - { type: conv2d, name: mix, out_channels: 6, kernel_size: 1 }
              - { type: pad, name: padded, padding: [1, 0, 2, 1], mode: replicate }
              - { type: adaptive_max_pool2d, output_size: [4, 3] }
              - { type: position_bias, name: bias }
              - { type: add, from: bias }
              - { type: concat, from: [bias] }
              - { type: pad, channels: [1, 1] }
              - { type: avg_pool2d, kernel_size: 3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false }
              - { type: global_avg_pool2d }
              - { type: linear, name: logits, out_features: $classes }
          Pools:
            layers:
              - { type: conv2d, name: conv1, out_channels: 6, kernel_size: 4, stride: 3, padding: same, padding_mode: circular }
              - { type: max_pool2d, kernel_size: 2, stride: 2, dilation: 2, ceil_mode: true }
              - { type: batch_norm, name: norm, affine: false }
              - { type: conv2d, name: conv2, out_channels: 6, kernel_size: 1 }
              - { type: max_pool2d, kernel_size: 2, stride: 2, padding: same }
              - { type: adaptive_avg_pool2d, output_size: 2 }
              - type: branches
                join: add
                branches: [[{ type: conv2d, name: a, out_channels: 6, kernel_size: 1 }], [{ type: conv2d, name: b, out_channels: 6, kernel_size: 1 }]]
              - { type: global_max_pool2d }
              - { type: linear, name: logits, out_features: 4 }

        precisions:
          mixed:
            quantizer: dorefa
            dialect: dorefa
            rounding: stochastic
            weights: 1
            activations: 4
            first: full
            last: { weights: 8 }
            layers:
              stage1.rest.*.depthwise: { weights: { quantizer: lsq, bits: 3 }, activations: { quantizer: lsq, bits: 3, signed: true } }
              "grow.1.*": { weights: { quantizer: ternary }, activations: { quantizer: pact, bits: 2 } }
              mix: { weights: { quantizer: binary }, activations: { quantizer: binary } }
          learned: { quantizer: lsq, weights: 2, activations: { quantizer: pact, bits: 3 } }

        members:
          - { name: deep_a, architecture: Deep, precision: mixed, seed: 1 }
          - { name: deep_b, architecture: Deep, precision: full, seed: 2 }
          - { name: pools_a, architecture: Pools, precision: learned, seed: 3 }
          - { name: pools_b, architecture: Pools, precision: full, seed: 4 }

        fusion: { rule: average }

        training:
          dataset: cifar10
          epochs: 1
          batch_size: 8
          optimizer: { type: adam, learning_rate: 0.001 }

        evaluation:
          threat: { norm: linf, epsilon: 0.03 }
          protocols: [white_box]
        """;

    /// <summary>The paper's ensemble for MNIST: two low-precision members and a full one that decides ties.</summary>
    public const string Paper = """
        # yaml-language-server: $schema=./empir.schema.json
        empir: 1
        ensemble: PaperEmpir
        description: Two members with 2-bit weights and 4-bit activations beside a full-precision one.

        input: { channels: 1, height: 28, width: 28, range: [0, 1] }
        classes: 10

        architectures:
          MnistConv:
            init: unit_norm
            layers:
              - { type: conv2d, name: conv1, out_channels: 64, kernel_size: 8, stride: 2, padding: same, bias: false }
              - { type: relu }
              - { type: conv2d, name: conv2, out_channels: 128, kernel_size: 6, stride: 2, bias: false }
              - { type: relu }
              - { type: conv2d, name: conv3, out_channels: 128, kernel_size: 5, bias: false }
              - { type: relu }
              - { type: flatten }
              - { type: linear, name: logits, out_features: 10, bias: false }

        precisions:
          low:
            quantizer: dorefa
            weights: 2
            activations: 4
            layers: { logits: full }

        members:
          - { name: low_a, architecture: MnistConv, precision: low, seed: 1 }
          - { name: low_b, architecture: MnistConv, precision: low, seed: 2 }
          - { name: full, architecture: MnistConv, precision: full, seed: 3 }

        fusion: { rule: majority, tie_break: full }

        training:
          dataset: fashion_mnist_subset
          epochs: 5
          batch_size: 128
          optimizer: { type: adam, learning_rate: 0.001 }

        evaluation:
          threat: { norm: linf, epsilon: 0.3 }
          protocols: [paper, white_box]
          images: 500
        """;

    /// <summary>A spec that gives no cause for advice.</summary>
    public const string Calm = """
        empir: 1
        ensemble: CalmEmpir
        input: { channels: 1, height: 8, width: 8, range: [0, 1] }
        classes: 3

        architectures:
          Net:
            layers:
              - { type: conv2d, name: conv1, out_channels: 4, kernel_size: 3, padding: same, bias: false }
              - { type: relu }
              - { type: flatten }
              - { type: linear, name: hidden, out_features: 32, bias: false }
              - { type: relu }
              - { type: linear, name: logits, out_features: 3, bias: false }

        precisions:
          low:
            quantizer: dorefa
            weights: 2
            activations: 4
            first: full
            last: { weights: 8 }

        members:
          - { name: low_a, architecture: Net, precision: low, seed: 1 }
          - { name: low_b, architecture: Net, precision: low, seed: 2 }
          - { name: full, architecture: Net, precision: full, seed: 3 }

        fusion: { rule: majority, tie_break: full }
        budget: { relative_to: full, memory: 4, compute: 4 }
        training: { dataset: cifar10, epochs: 1, batch_size: 8, optimizer: { type: adam, learning_rate: 0.001 } }
        evaluation: { threat: { norm: linf, epsilon: 0.1 }, protocols: [paper, white_box] }
        """;

    /// <summary>A spec of so many members of two architectures, under a fusion rule.</summary>
    public static string Fused(string fusion, int members, string name = "FusedEmpir") => $$"""
        empir: 1
        ensemble: {{name}}
        input: { channels: 1, height: 4, width: 4, range: [0, 1] }
        classes: 3
        architectures:
          Wide: { layers: [{ type: flatten }, { type: linear, name: hidden, out_features: 8 }, { type: relu }, { type: linear, name: logits, out_features: 3 }] }
          Flat: { layers: [{ type: flatten }, { type: linear, name: logits, out_features: 3 }] }
        precisions:
          low: { quantizer: dorefa, weights: 2, activations: 4, layers: { logits: full } }
        members:
        {{string.Join("\n", Enumerable.Range(1, members).Select(seed => $"  - {{ name: m{seed}, architecture: {(seed % 2 == 1 ? "Wide" : "Flat")}, precision: {(seed % 3 == 1 ? "low" : "full")}, seed: {seed} }}"))}}
        fusion: {{fusion}}
        training: { dataset: cifar10, epochs: 1, batch_size: 8, optimizer: { type: adam, learning_rate: 0.001 } }
        evaluation: { threat: { norm: linf, epsilon: 0.1 }, protocols: [white_box] }
        """;

    /// <summary>The specs that the repository ships.</summary>
    public static (string Name, string? Text)[] Shipped { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "specs"), "*.empir.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), (string?)File.ReadAllText(path)))];
}
