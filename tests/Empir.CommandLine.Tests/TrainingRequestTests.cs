using Empir.CommandLine.Work;
using static TorchSharp.torch;

namespace Empir.CommandLine.Tests;

public class TrainingRequestTests
{
    [Fact]
    public void APartTakesThePlaceOfTheWholeWhichIsFreed()
    {
        var whole = new Stripes().Load(new(null));

        var part = new TrainingRequest(null, null, null, Limit: 7).Apply(whole);
        Assert.Equal(7, part.Train.Count);
        Assert.Same(whole.Test, part.Test);
        Assert.ThrowsAny<Exception>(() => whole.Train.Range(0, 1, CPU));

        part.Dispose();
        Assert.ThrowsAny<Exception>(() => part.Train.Range(0, 1, CPU));
    }
}
