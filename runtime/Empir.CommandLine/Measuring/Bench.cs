using System.Globalization;
using Empir.Attacks;
using Empir.CommandLine.Work;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Packed;
using Empir.Packing;
using Empir.Specs;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.CommandLine.Measuring;

/// <summary>
/// Times a trained ensemble in TorchSharp and packed, in one run of alternating rounds, on real images. Everything works on the
/// same floats and ends with classes.
/// </summary>
/// <param name="spec">The ensemble's spec.</param>
/// <param name="ensemble">The ensemble, trained, on the processor.</param>
/// <param name="classNames">The classes' names, which a pack holds; null for none.</param>
/// <param name="request">What to measure.</param>
/// <param name="self">How to start this program again; null leaves out what needs a process of its own.</param>
internal sealed class Bench(EnsembleSpec spec, Ensemble ensemble, IReadOnlyList<string>? classNames, BenchRequest request, IReadOnlyList<string>? self)
{
    // An attack on more images takes longer than all the rest.
    private const int MostAttacked = 200, AttackBatch = 100;

    private readonly int full = ensemble.Members.ToList().FindIndex(member => member.Card.IsFullPrecision) is >= 0 and var place
        ? place
        : throw new UserErrorException($"{spec.Name} has no full-precision member to compare with; add one at precision full to the spec. 'pack --verify' and 'predict --packed' need none.");

    private readonly PackedModel model = Packer.Pack(ensemble, classNames);

    private string FullName => model.Members[full].Name;

    /// <summary>Measures.</summary>
    /// <param name="images">Test images, [N, C, H, W].</param>
    /// <param name="labels">Their classes, [N].</param>
    /// <param name="say">Progress.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public BenchResult Run(Tensor images, Tensor labels, Action<string> say, CancellationToken cancellation)
    {
        var machine = Machine.WithTorch();
        var folder = self is null ? null : new BenchFolder(Directory.CreateTempSubdirectory("empir-bench-").FullName);
        var threads = get_num_threads();
        try
        {
            var (pixels, count) = (images.data<float>().ToArray(), (int)images.shape[0]);
            folder?.Write(model, ensemble.Members[full], pixels);
            using var child = folder is null ? null : new RoundsProcess(self!, spec, folder);
            using var torchRun = new TorchRun(pixels, ensemble.Members[full].Card.Input);
            say($"{spec.Name}: deciding {Words.Count(count)} images by TorchSharp and packed.");
            var (mismatches, asked, kernels, even, shares) = Compare(torchRun, pixels, count);
            var measurements = new List<BenchMeasurement>();
            foreach (var thread in request.Threads)
                foreach (var batch in request.Batches)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var size = BenchRequest.RoundImages(batch, count);
                    say($"{spec.Name}: {thread} {(thread == 1 ? "thread" : "threads")}, batches of {batch}: {request.Rounds} rounds of {size} images.");
                    measurements.Add(Measure(torchRun, child, pixels, thread, batch, size));
                }
            var (threadsOf, batchOf) = request.Headline;
            var headline = measurements.First(one => (one.Threads, one.Batch) == (threadsOf, batchOf)).Ratios;
            var packedFull = headline[BenchSystems.Packed(FullName)];
            var low = model.Members.Where((_, member) => !ensemble.Members[member].Card.IsFullPrecision).Max(member => (double?)headline[BenchSystems.Packed(member.Name)]);
            return new()
            {
                Ensemble = spec.Name,
                FullMember = FullName,
                Headline = new(threadsOf, batchOf),
                RatioAllMembers = headline[BenchSystems.AllMembers],
                RatioLazy = headline[BenchSystems.Lazy],
                RatioAllMembersToPackedFull = headline[BenchSystems.AllMembers] / packedFull,
                RatioLazyToPackedFull = headline[BenchSystems.Lazy] / packedFull,
                SpeedupLowMember = 1 / low,
                SpeedupLowMemberToPackedFull = packedFull / low,
                FileRatio = PackSizes.Of(model).FileRatio!.Value,
                Mismatches = mismatches,
                Images = count,
                Asked = asked,
                Kernels = kernels,
                KernelsAllMembers = even,
                KernelShares = shares,
                KernelAsked = request.Kernel ?? new PackedOptions().Kernel,
                Environment = machine,
                Measurements = measurements,
                PeakMemoryMib = folder is null ? null : Memory(folder, say),
                UnderAttack = request.UnderAttack ? Attacked(images, labels, say, cancellation) : null,
            };
        }
        finally
        {
            set_num_threads(threads);
            if (folder is not null)
                Directory.Delete(folder.Path, recursive: true);
        }
    }

    private (int Mismatches, Dictionary<string, double> Asked, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Lazy, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Even,
        IReadOnlyList<PackedKernelShare> Shares) Compare(TorchRun torchRun, float[] pixels, int count)
    {
        const int batch = 128;
        set_num_threads(request.Threads.Max());
        using var packed = PackFile.Open(model, request.Threads.Max(), request.Kernel);
        using var even = PackFile.Open(model, request.Threads.Max(), request.Kernel, lazyVote: false);
        var classes = new int[count];
        var asked = Predict(packed, pixels, classes, count);
        var wanted = torchRun.Decide(ensemble, count, batch);
        return (
            classes.Zip(wanted).Count(pair => pair.First != pair.Second),
            asked,
            Kernels(packed),
            Kernels(even),
            packed.KernelShares);
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Kernels(PackedEnsemble packed) => packed.Layers.GroupBy(layer => layer.Member)
        .ToDictionary(group => group.Key, group => (IReadOnlyDictionary<string, string>)group.ToDictionary(layer => layer.Layer, layer => layer.Kernel));

    private BenchMeasurement Measure(TorchRun torchRun, RoundsProcess? child, float[] pixels, int threads, int batch, int images)
    {
        set_num_threads(threads);
        var packed = new List<(string Name, PackedEnsemble Ensemble)>();
        var (classes, asked) = (new int[images], new Dictionary<string, IReadOnlyDictionary<string, double>>());
        try
        {
            foreach (var (place, member) in model.Members.Index())
                packed.Add((BenchSystems.Packed(member.Name), PackFile.Open(PackSizes.Alone(model, place), threads, request.Kernel)));
            packed.Add((BenchSystems.AllMembers, PackFile.Open(model, threads, request.Kernel, lazyVote: false)));
            packed.Add((BenchSystems.Lazy, PackFile.Open(model, threads, request.Kernel)));
            foreach (var (_, one) in packed)
                one.Prepare();
            List<(string Name, Func<double> Seconds)> systems =
                [(BenchSystems.TorchFull, () => Timing.Seconds(() => torchRun.Member(ensemble.Members[full], images, batch)))];
            if (child is not null)
                systems.Add((BenchSystems.TorchFullDefaultMalloc, () => child.Round(threads, batch, images)));
            systems.AddRange(packed.Select(one => (one.Name, (Func<double>)(() => Timing.Seconds(() => asked[one.Name] = Predict(one.Ensemble, pixels, classes, batch))))));
            systems.Add((BenchSystems.TorchEnsemble, () => Timing.Seconds(() => torchRun.Decide(ensemble, images, batch))));
            var medians = Timing.Rounds(request.Rounds, 1, [.. systems.Select(system => system.Seconds)]).Select(Timing.Median).ToArray();
            return new(
                threads, batch, images, request.Rounds,
                systems.Index().ToDictionary(system => system.Item.Name, system => medians[system.Index] / images * 1e6),
                systems.Index().ToDictionary(system => system.Item.Name, system => medians[system.Index] / medians[0]),
                asked);
        }
        finally
        {
            foreach (var (_, one) in packed)
                one.Dispose();
        }
    }

    // Decides as many images as there is room for classes; the share of them that each member ran on.
    private static Dictionary<string, double> Predict(PackedEnsemble packed, float[] pixels, Span<int> classes, int batch)
    {
        var size = packed.Model.Input.Channels * packed.Model.Input.Height * packed.Model.Input.Width;
        var runs = packed.Model.Members.ToDictionary(member => member.Name, _ => 0);
        for (var first = 0; first < classes.Length; first += batch)
        {
            var count = Math.Min(batch, classes.Length - first);
            foreach (var (member, images) in packed.Predict(pixels.AsSpan(first * size, count * size), classes.Slice(first, count)).Members)
                runs[member] += images;
        }
        var all = (double)classes.Length;
        return runs.ToDictionary(member => member.Key, member => member.Value / all);
    }

    private BenchMemory? Memory(BenchFolder folder, Action<string> say)
    {
        if (PeakMemory.OfThisProcess is null)
            return null;
        say($"{spec.Name}: peak memory of processes that predict.");
        return new(Ask(BenchChild.PackedMemory), Ask(BenchChild.TorchMemory));

        double Ask(string job)
        {
            // By the same kernels.
            var environment = request.Kernel is { } kernel ? new Dictionary<string, string> { ["EMPIR_KERNEL"] = kernel } : null;
            using var process = SelfProcess.Start(self!, [BenchChild.Word, spec.Name, folder.Path, job], environment);
            var answer = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? double.Parse(answer, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"The process that measures {job} has failed.");
        }
    }

    private BenchUnderAttack Attacked(Tensor images, Tensor labels, Action<string> say, CancellationToken cancellation)
    {
        var count = (int)Math.Min(images.shape[0], MostAttacked);
        var (threads, batch) = request.Headline;
        var attack = Protocol.WhiteBox(spec.Evaluation.Threat).Attacks.Last(one => one.Attack is Pgd);
        var pixels = new List<float>();
        var broken = 0;
        set_num_threads(request.Threads.Max());
        for (var first = 0; first < count; first += AttackBatch)
        {
            say($"{spec.Name}: PGD on images {first} to {Math.Min(first + AttackBatch, count) - 1}.");
            using var scope = NewDisposeScope();
            var size = Math.Min(AttackBatch, count - first);
            using var result = attack.Attack.Run(
                new MeanProbabilitiesSurface(ensemble), attack.Threat, images.narrow(0, first, size), labels.narrow(0, first, size),
                indices: [.. Enumerable.Range(first, size)], cancellation: cancellation);
            pixels.AddRange(result.Adversarial.cpu().contiguous().data<float>().ToArray());
        }
        float[] perturbed = [.. pixels];
        using var torchRun = new TorchRun(perturbed, ensemble.Members[full].Card.Input);
        using var packed = PackFile.Open(model, threads, request.Kernel);
        using var packedFull = PackFile.Open(PackSizes.Alone(model, full), threads, request.Kernel);
        var classes = new int[count];
        var asked = Predict(packed, perturbed, classes, count);
        var wanted = torchRun.Decide(ensemble, count, AttackBatch);
        var truth = labels.narrow(0, 0, count).data<long>().ToArray();
        for (var i = 0; i < count; i++)
            broken += wanted[i] != truth[i] ? 1 : 0;
        set_num_threads(threads);
        var again = new int[count];
        var seconds = Timing.Medians(
            request.Rounds,
            () => torchRun.Member(ensemble.Members[full], count, batch),
            () => Predict(packed, perturbed, again, batch),
            () => Predict(packedFull, perturbed, again, batch));
        return new(
            "PGD of white_box on the members' mean probabilities", attack.Threat.Epsilon, count, broken,
            asked, seconds[1] / seconds[0], seconds[1] / seconds[2], classes.Zip(wanted).Count(pair => pair.First != pair.Second));
    }
}
