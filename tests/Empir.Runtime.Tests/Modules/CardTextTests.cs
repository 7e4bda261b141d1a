using System.Globalization;
using Empir.Modules;

namespace Empir.Tests.Modules;

public class CardTextTests
{
    private static readonly EnsembleCard Card = new(
        "WideEmpir", "Two members.", "specs/wide.empir.yaml", new string('a', 64), "average of probabilities",
        [new("low", 1, Network("low", 2, 4, 1_024)), new("low_again", 1_234, Network("low", 2, 4, 1_024)), new("full", 3, Network("full", 32, 32, 16_384))]);

    // Networks are equal by reference, as the generator emits them.
    private static readonly EnsembleCard Shared = Card with { Members = [Card.Members[0], Card.Members[1] with { Network = Card.Members[0].Network }, Card.Members[2]] };

    [Fact]
    public void TextShowsEveryNetworkOnceInAlignedColumns() => Assert.Equal(
        """
        WideEmpir: Two members.
        input 1 x 8 x 8, pixels from -0.5 to 1.5; 4 classes
        fusion average of probabilities

        members
        member     network    bits     seed  parameters       MACs   bytes
        low        Wide low   w2 a4       1       4,352  1,050,624   2,048
        low_again  Wide low   w2 a4   1,234       4,352  1,050,624   2,048
        full       Wide full  32-bit      3       4,352  1,050,624  17,408
        all                                      13,056  3,151,872  21,504

        Wide low
        layer   type    bits         output  parameters       MACs  bytes  settings
        conv1   conv2d  w2 a4   64 x 16 x 1       4,096  1,050,368  1,024  kernel_size=8x8
                relu            64 x 16 x 1
        logits  linear  32-bit            4         256        256  1,024  out_features=4
        total                                     4,352  1,050,624  2,048

        Wide full
        layer   type    bits         output  parameters       MACs   bytes  settings
        conv1   conv2d  32-bit  64 x 16 x 1       4,096  1,050,368  16,384  kernel_size=8x8
                relu            64 x 16 x 1
        logits  linear  32-bit            4         256        256   1,024  out_features=4
        total                                     4,352  1,050,624  17,408
        """.ReplaceLineEndings("\n"),
        Shared.Text);

    [Fact]
    public void TextIsTheSameInEveryCultureAndForEveryCopyOfTheSpec()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            var elsewhere = (Shared with { SpecFile = "../elsewhere/wide.empir.yaml", SpecHash = new string('b', 64) }).Text;
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            Assert.Equal(Shared.Text, elsewhere);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void AnEnsembleWithoutDescriptionStartsWithItsName() =>
        Assert.StartsWith("WideEmpir\ninput", (Card with { Description = "" }).Text, StringComparison.Ordinal);

    [Fact]
    public void ANetworkWithSeveralPrecisionsIsMixed()
    {
        var network = Network("low", 2, 4, 1_024);
        Assert.Equal("mixed", (network with { Layers = [.. network.Layers, network.Layers[0] with { WeightBits = 4 }] }).Bits);
    }

    private static ClassifierCard Network(string precision, int weights, int activations, long bytes) => new(
        "Wide", precision, "pytorch", new(1, 8, 8, -0.5f, 1.5f), 4,
        [
            new("conv1", "conv2d", "kernel_size=8x8", [64, 16, 1], weights, activations, 4_096, 1_050_368, bytes),
            new("", "relu", "", [64, 16, 1], 0, 0, 0, 0, 0),
            new("logits", "linear", "out_features=4", [4], 32, 32, 256, 256, 1_024),
        ]);
}
