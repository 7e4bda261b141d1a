using System.Text.Json.Nodes;

namespace Empir.CommandLine.Tests;

public class CardTests
{
    [Fact]
    public async Task ListShowsMembersWithTheirBits()
    {
        var run = await ToolRun.Of("list");

        Assert.Contains("│ TinyEmpir │ low_a (w2 a4), low_b (w2 a4), full (32-bit) │ stripes │ Three tiny members. │", run.Out);
        Assert.Equal("TinyEmpir", (string?)JsonNode.Parse((await ToolRun.Of("list", "--json")).Out)![0]!["name"]);
    }

    [Fact]
    public async Task DescribeShowsEveryNetworkOnceWithItsTotals()
    {
        var run = await ToolRun.Of("describe", "TinyEmpir");

        Assert.Contains("│ hidden │ conv2d  │ w2 a4  │ 4 x 1 x 1 │         64 │   64 │    16 │", run.Out);
        Assert.Contains("│ total  │         │        │           │         76 │   76 │   304 │", run.Out);
        Assert.Contains("│ all    │           │        │      │        228 │  228 │   432 │", run.Out);
        Assert.Contains("1.42 times the memory of the full-precision member alone", run.Out);
        Assert.Equal(2, run.Out.Split("│ total").Length - 1);
        Assert.Contains("majority, ties to full", run.Out);
        Assert.Contains("Linf at most 0.2, first 10 test images, protocols paper, white_box", run.Out);
    }
}
