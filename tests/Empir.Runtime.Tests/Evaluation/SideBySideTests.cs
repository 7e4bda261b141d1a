using System.Collections.Concurrent;
using Empir.Attacks;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Modules;
using Empir.Quantization;
using Empir.Surfaces;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Empir.Tests.Evaluation;

/// <summary>Attacks on parts of a batch at the same time.</summary>
[Collection(TrainedOnce.Name)]
public sealed class SideBySideTests : IDisposable
{
    private readonly SmallConvNet network = new(1, 2, 4);
    private readonly Trained trained;

    public SideBySideTests(Trained trained)
    {
        this.trained = trained;
        set_num_threads(3);
    }

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
        var wholeBatch = new CarliniWagnerL2 { Steps = 10, SearchSteps = 1, Abort = EarlyAbort.WholeBatch };

        using var result = SideBySide.Run(
            wholeBatch, seen, ThreatModel.L2(double.PositiveInfinity), x, y, 0, [0, 1, 2, 3, 4, 5], default);

        Assert.All(seen.Calls, call => Assert.Equal((Environment.CurrentManagedThreadId, 6L), (call.Thread, call.Images)));
        Assert.True(new AutoAttack { Attacks = [wholeBatch] }.JoinsImages);
        Assert.True(new Transfer(wholeBatch, seen).JoinsImages);
        Assert.False(new Transfer(wholeBatch with { Abort = EarlyAbort.PerImage }, seen).JoinsImages);
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

    // A last bit may turn an image at the edge, and differs with the size of a batch.
    [Fact]
    public void An_evaluation_by_several_threads_finds_what_one_finds()
    {
        var several = new Evaluator(trained.Ensemble, seed: 7).Run(Trained.Settings, trained.Test);

        Assert.Equal(3, several.Environment.Threads);
        foreach (var (one, other) in Rights(trained.Report).Zip(Rights(several)))
            Assert.InRange(one.Zip(other).Count(pair => pair.First != pair.Second), 0, 1);

        static string[] Rights(EvaluationReport report) =>
            [.. report.Protocols.SelectMany(protocol => protocol.Rows).SelectMany(row => row.Cells).Select(cell => cell.Right)];
    }

    [Theory, InlineData(false), InlineData(true)]
    public void An_evaluation_attacks_on_several_threads(bool transfer)
    {
        var seen = new ConcurrentDictionary<int, int>();
        using var ensemble = new AnyEnsemble(new Majority(0), new Noted(() => seen[Environment.CurrentManagedThreadId] = get_num_threads()));
        ProtocolName[] protocols = transfer ? [] : [ProtocolName.Paper];

        new Evaluator(ensemble, seed: 7).Run(
            new(ThreatModel.Linf(0.1), protocols, 6) { Transfer = transfer }, Synthetic.Images(6, seed: 2));

        // Three for every attack, and the one that decides.
        Assert.True(seen.Count > 3);
        Assert.All(seen.Where(thread => thread.Key != Environment.CurrentManagedThreadId), thread => Assert.Equal(1, thread.Value));
    }

    [Fact]
    public void What_a_clip_leaks_on_one_thread_it_does_not_on_another()
    {
        using var _ = ClipGradient.Leaky(0.5);
        var leaks = true;
        var other = new Thread(() => leaks = ClipGradient.IsLeaky);
        other.Start();
        other.Join();

        Assert.True(ClipGradient.IsLeaky);
        Assert.False(leaks);
    }

    [Fact]
    public void Nothing_stays_of_the_parts_whether_they_end_well_or_not()
    {
        var (x, y) = Synthetic.Images(4, seed: 1).Range(0, 4, CPU);
        Run(null);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;

        Run(null);
        Assert.Throws<UserErrorException>(() => Run(new UserErrorException("no")));

        // Before a collection could hide what nobody disposed.
        Assert.Equal(before, Tensor.TotalCount);

        void Run(Exception? failure) => SideBySide.Run(
            new Pgd { Steps = 3 }, new Watched(network) { Failure = failure, FailsAfter = 5 }, ThreatModel.Linf(0.2), x, y, 0, [0, 1, 2, 3], default).Dispose();
    }

    [Fact]
    public void A_network_frozen_on_many_threads_thaws_with_the_last()
    {
        using (network.Freeze())
        {
            Parallel.For(0, 4, _ =>
            {
                for (var i = 0; i < 500_000; i++)
                    network.Freeze().Dispose();
            });
            Assert.Equal(1, network.Freezes);
        }
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    private sealed class Watched(SmallConvNet network) : Surface
    {
        private readonly ClassifierSurface inner = new(network, "n");

        public ConcurrentBag<(int Thread, int LibtorchThreads, long Images)> Calls { get; } = [];

        public Exception? Failure { get; init; }

        public int FailsAfter { get; init; }

        public override string Name => inner.Name;

        public override SurfaceValue Evaluate(Tensor images)
        {
            Calls.Add((Environment.CurrentManagedThreadId, get_num_threads(), images.shape[0]));
            return Failure is null || Calls.Count <= FailsAfter ? inner.Evaluate(images) : throw Failure;
        }

        public override IDisposable Freeze() => inner.Freeze();
    }

    private sealed class Noted : Classifier
    {
        private readonly Linear logits;
        private readonly Action note;

        public Noted(Action note) : base(new("Noted", "full", "pytorch", new(1, 28, 28, 0, 1), 10, []))
        {
            this.note = note;
            logits = Register("logits", nn.Linear(784, 10));
        }

        public override Tensor forward(Tensor input)
        {
            note();
            return logits.call(input.flatten(1));
        }
    }
}
