using System.Collections.Concurrent;
using Empir.Attacks;
using Empir.Evaluation;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation;

/// <summary>Attacks on parts of a batch at the same time.</summary>
public sealed class SideBySideTests : IDisposable
{
    private readonly SmallConvNet network = new(1, 2, 4);

    public SideBySideTests() => set_num_threads(3);

    public void Dispose()
    {
        set_num_threads(1);
        network.Dispose();
    }

    [Fact]
    public void Every_thread_attacks_a_part_alone_and_each_image_as_in_the_whole_batch()
    {
        var images = Synthetic.Images(7, seed: 1);
        var (x, y) = images.Range(0, 7, CPU);
        foreach (var attack in new Attack[] { new Pgd { Steps = 5, StepSize = 0.05, Restarts = 2 }, new Square { Queries = 30 } })
        {
            var seen = new Watched(network);
            using var whole = attack.Run(new ClassifierSurface(network, "n"), ThreatModel.Linf(0.2), x, y, 5, [3, 1, 4, 15, 9, 2, 6]);
            using var parts = SideBySide.Run(attack, seen, ThreatModel.Linf(0.2), x, y, 5, [3, 1, 4, 15, 9, 2, 6], default);

            Assert.Equal(3, seen.Calls.Select(call => call.Thread).Distinct().Count());
            Assert.All(seen.Calls, call => Assert.Equal((1, true), (call.LibtorchThreads, call.Images <= 3)));
            Assert.Equal(whole.Success.data<bool>().ToArray(), parts.Success.data<bool>().ToArray());
            Assert.True(whole.Adversarial.allclose(parts.Adversarial, 0, 1e-6));
            Assert.True(whole.L2.allclose(parts.L2, 0, 1e-5));
            Assert.Equal((whole.Forwards, whole.Backwards), (parts.Forwards, parts.Backwards));
            Assert.Equal(3, get_num_threads());
        }
    }

    [Fact]
    public void A_batch_that_stops_as_a_whole_is_never_parted()
    {
        var (x, y) = Synthetic.Images(6, seed: 1).Range(0, 6, CPU);
        var seen = new Watched(network);

        using var result = SideBySide.Run(
            new CarliniWagnerL2 { Steps = 10, SearchSteps = 1, Abort = EarlyAbort.WholeBatch }, seen, ThreatModel.L2(double.PositiveInfinity), x, y, 0,
            [0, 1, 2, 3, 4, 5], default);

        Assert.All(seen.Calls, call => Assert.Equal((Environment.CurrentManagedThreadId, 6L), (call.Thread, call.Images)));
    }

    [Fact]
    public void What_goes_wrong_in_a_part_is_told_as_it_is()
    {
        var (x, y) = Synthetic.Images(4, seed: 1).Range(0, 4, CPU);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.Throws<OperationCanceledException>(() => SideBySide.Run(
            new Pgd(), new Watched(network), ThreatModel.Linf(0.2), x, y, 0, [0, 1, 2, 3], stopped.Token));
        Assert.Throws<UserErrorException>(() => SideBySide.Run(
            new Pgd(), new Watched(network) { Failure = new UserErrorException("no") }, ThreatModel.Linf(0.2), x, y, 0, [0, 1, 2, 3], default));
        Assert.Equal(3, get_num_threads());
    }

    [Fact]
    public void An_evaluation_finds_the_same_with_any_number_of_threads()
    {
        using var ensemble = new SmallEnsemble();
        var settings = new EvaluationSettings(ThreatModel.Linf(0.1), [ProtocolName.Paper, ProtocolName.WhiteBox], 20);
        string[] Rights() => [.. new Evaluator(ensemble, seed: 7).Run(settings, Synthetic.Images(20, seed: 2)).Protocols
            .SelectMany(protocol => protocol.Rows).SelectMany(row => row.Cells).Select(cell => cell.Right)];

        var three = Rights();
        set_num_threads(1);

        Assert.Equal(Rights(), three);
    }

    [Fact]
    public void A_network_frozen_on_many_threads_thaws_with_the_last()
    {
        using (network.Freeze())
        {
            Parallel.For(0, 20_000, new() { MaxDegreeOfParallelism = 4 }, _ => network.Freeze().Dispose());
            Assert.Equal(1, network.Freezes);
        }
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    private sealed class Watched(SmallConvNet network) : Surface
    {
        private readonly ClassifierSurface inner = new(network, "n");

        public ConcurrentBag<(int Thread, int LibtorchThreads, long Images)> Calls { get; } = [];

        public Exception? Failure { get; init; }

        public override string Name => inner.Name;

        public override SurfaceValue Evaluate(Tensor images)
        {
            Calls.Add((Environment.CurrentManagedThreadId, get_num_threads(), images.shape[0]));
            return Failure is null ? inner.Evaluate(images) : throw Failure;
        }

        public override IDisposable Freeze() => inner.Freeze();
    }
}
