namespace Empir.Generator.Tests;

/// <summary>Names that mean something in C#, in the runtime or in the generated code: refused with a message, or compiled.</summary>
public class AwkwardNameTests
{
    private const int Specs = 120;

    private static readonly string[] Layers =
    [
        "x", "t", "input", "turn", "body", "body2", "shortcut", "branch", "kept_a", "a_1", "a1", "forward", "training", "class", "base", "null", "operations", "facts", "card",
        "register", "repeat", "weight", "unit", "unit2", "rest_turn", "net", "dispose", "global", "i",
    ];

    private static readonly string[] Blocks =
    [
        "Body", "Body2", "Shortcut", "Branch", "Card", "Facts", "Dispose", "Equals", "Freeze", "Operations", "Tensor", "Block", "System", "TorchSharp", "Empir", "Unit", "Net", "X", "RestTurn",
    ];

    private static readonly string[] Parameters = ["class", "params", "base", "nameof", "value", "var", "x", "input", "t", "this", "register", "width"];

    [Fact]
    public void AnyNameCompilesOrIsRefused()
    {
        var compiled = 0;
        for (var seed = 0; seed < Specs; seed++)
        {
            var random = new Random(seed);
            var shuffled = new Queue<string>(Layers.OrderBy(_ => random.Next()));
            string Layer() => shuffled.Dequeue();
            var (block, parameter) = (Blocks[random.Next(Blocks.Length)], Parameters[random.Next(Parameters.Length)]);
            var (one, other) = (Layer(), Layer());
            var spec = Refusal.Small("      - { type: relu }\n", $$"""
                      - { type: relu, name: {{one}} }
                      - { type: relu6, name: {{other}} }
                      - { type: add, from: [{{one}}, {{other}}] }
                      - { type: repeat, name: rest, times: 2, layers: [{ type: {{block}}, {{parameter}}: 4 }] }
                      - { type: repeat, name: {{Layer()}}, times: 2, layers: [{ type: conv2d, name: {{Layer()}}, out_channels: $in_channels + 1, kernel_size: 1 }, { type: silu }] }
                      - { type: residual, body: [{ type: {{block}}, name: {{Layer()}}, {{parameter}}: $in_channels }], shortcut: [{ type: gelu }] }
                      - { type: branches, join: concat, branches: [[], [{ type: conv2d, name: {{Layer()}}, out_channels: 2, kernel_size: 3, padding: same, stride: 1 }]] }

                """)
                .Replace("precisions:", $$"""
                    blocks:
                      {{block}}:
                        parameters: [{{parameter}}]
                        layers:
                          - { type: residual, body: [{ type: conv2d, name: {{Layer()}}, out_channels: ${{parameter}}, kernel_size: 3, padding: 1 }, { type: relu, name: {{Layer()}} }] }

                    precisions:
                    """, StringComparison.Ordinal);
            var run = GeneratorRun.Of(new RunOptions(Lines: true), ("names.empir.yaml", spec));
            Assert.All(run.Diagnostics, message => Assert.Contains(message.Id, new[] { "EMPIR4002", "EMPIR4005", "EMPIR1009" }));
            if (run.Diagnostics.Length > 0)
                continue;
            CompilationTests.AssertCompiles(run);
            compiled++;
        }
        Assert.InRange(compiled, Specs / 8, Specs / 2);
    }
}
