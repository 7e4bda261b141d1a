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
    public async Task DescribeGivesEveryCostAsJson()
    {
        var card = JsonNode.Parse((await ToolRun.Of("describe", "TinyEmpir", "--json")).Out)!;

        Assert.Equal(64 * 2 * 4, (long?)card["card"]!["members"]![0]!["network"]!["layers"]![0]!["bit_operations"]);
        Assert.Equal((64 * 2 * 4) + (12 * 1024), (long?)card["card"]!["members"]![0]!["network"]!["bit_operations"]);
        Assert.Equal(1.5, (double?)card["budget"]!["memory"]!["limit"]);
        Assert.Equal("honest", (string?)card["budget"]!["accounting"]);
    }

    [Fact]
    public async Task DescribeShowsEveryNetworkOnceWithItsTotals()
    {
        var run = await ToolRun.Of("describe", "TinyEmpir");

        Assert.Contains("│ hidden │ conv2d  │ w2 a4  │ 4 x 1 x 1 │         64 │   64 │    16 │", run.Out);
        Assert.Contains("│ total  │         │        │           │         76 │   76 │   304 │", run.Out);
        Assert.Contains("│ all    │           │        │      │        228 │  228 │   432 │", run.Out);
        Assert.Contains("1.421 times the memory of full alone, 1.329 times its bit operations, 1.526 times its MACs at the wider of weight and activation bits", run.Out);
        Assert.Contains("memory 1.421 of at most 1.5, compute 1.329 of at most 2.25; every layer at its own bits", run.Out);
        Assert.Equal(2, run.Out.Split("│ total").Length - 1);
        Assert.Contains("majority, ties to full", run.Out);
        Assert.Contains("Linf at most 0.2, first 10 test images, protocols paper, white_box", run.Out);
    }
}
