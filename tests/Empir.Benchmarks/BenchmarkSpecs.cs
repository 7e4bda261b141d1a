using System.Text;

namespace Empir.Benchmarks;

/// <summary>Specs of 40 layers at two precisions: 12 times convolution, batch norm and ReLU, then pool, flatten, dropout and linear.</summary>
internal static class BenchmarkSpecs
{
    public const int Layers = 40;

    /// <summary>The spec of a number; every number's is different, and so is every <paramref name="channels" />'.</summary>
    /// <param name="number">Which.</param>
    /// <param name="channels">The narrowest convolution's.</param>
    /// <param name="networks">At two precisions, so with two networks of 40 layers, or with one at full precision.</param>
    public static string Of(int number, int channels = 16, int networks = 2)
    {
        var layers = new StringBuilder();
        for (var block = 1; block <= 12; block++)
            layers.Append(FormattableString.Invariant($$"""
                      - { type: conv2d, name: conv{{block}}, out_channels: {{channels + (number + block) % 16}}, kernel_size: 3, padding: 1, bias: false }
                      - { type: batch_norm, name: norm{{block}} }
                      - { type: relu }

                """));
        return FormattableString.Invariant($$"""
            # Written for the generator's benchmarks.
            empir: 1
            ensemble: Bench{{number}}Empir
            input: { channels: 3, height: 32, width: 32, range: [0, 1] }
            classes: 10

            architectures:
              Net:
                layers:
            {{layers}}      - { type: avg_pool2d, kernel_size: 4 }
                  - { type: flatten }
                  - { type: dropout, p: 0.5 }
                  - { type: linear, name: logits, out_features: 10 }

            precisions:
              low: { quantizer: dorefa, weights: 2, activations: 4, layers: { logits: full } }

            members:
              - { name: low_a, architecture: Net, precision: {{(networks == 2 ? "low" : "full")}}, seed: 1 }
              - { name: low_b, architecture: Net, precision: {{(networks == 2 ? "low" : "full")}}, seed: 2 }
              - { name: full, architecture: Net, precision: full, seed: 3 }

            fusion: { rule: majority, tie_break: full }
            training: { dataset: cifar10, epochs: 1, batch_size: 32, optimizer: { type: adam, learning_rate: 0.001 } }
            evaluation: { threat: { norm: linf, epsilon: 0.03 }, protocols: [paper, white_box] }

            """);
    }
}
