using System.Reflection;
using System.Runtime.InteropServices;
using Empir.Data;
using Empir.Ensembles;
using Empir.Native;
using Empir.Training;
using static TorchSharp.torch;

namespace Empir.Evaluation;

/// <summary>
/// Runs protocols of attacks on every member alone and on the ensemble. An image counts as right only if the system's real
/// decision, in a forward pass of its own, is its true class.
/// </summary>
/// <param name="ensemble">The trained ensemble, on the device to use; not owned.</param>
/// <param name="seed">Seed of the attacks' randomness.</param>
public sealed class Evaluator(Ensemble ensemble, long seed)
{
    /// <summary>Images attacked together; also the batch of the paper's CW attack, which stops as a whole.</summary>
    private const int BatchSize = 100;

    /// <summary>Finds out whether an evaluation can run at all, before anything long is done for it.</summary>
    /// <param name="settings">Threat model and protocols.</param>
    /// <exception cref="UserErrorException">A protocol does not fit the ensemble or the threat model.</exception>
    public void Check(EvaluationSettings settings)
    {
        foreach (var attack in settings.Protocols.SelectMany(name => Protocol.Of(name, settings.Threat).Attacks))
            _ = attack.EnsembleSurface(ensemble);
    }

    /// <summary>Evaluates.</summary>
    /// <param name="settings">Threat model, protocols and number of images.</param>
    /// <param name="test">The test images.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="UserErrorException">A protocol does not fit the ensemble or the threat model.</exception>
    public EvaluationReport Run(
        EvaluationSettings settings, ImageDataset test, IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Check(settings);
        var images = Math.Min(settings.Images ?? test.Count, test.Count);
        var protocols = settings.Protocols.Select(name => Protocol.Of(name, settings.Threat)).ToArray();
        var systems = EvaluatedSystem.Of(ensemble);
        var work = new Work(protocols, systems, images, progress);
        using var frozen = ensemble.Freeze();
        var results = protocols.Select(protocol => Run(protocol, systems, test, images, work, cancellation)).ToArray();
        return new(
            ensemble.Card.Name, ensemble.Card.SpecFile, ensemble.Card.SpecHash, ensemble.Card.Fusion,
            [.. ensemble.Members.Zip(ensemble.Card.Members, (member, card) => new EvaluatedMember(
                card.Name, card.Network.Architecture, card.Network.Precision, Checkpoint.WeightsHash(member)))],
            new(test.Name, test.Hash, images, test.Count), seed, Environment(), results);
    }

    private ProtocolResult Run(
        Protocol protocol, IReadOnlyList<EvaluatedSystem> systems, ImageDataset test, int images, Work work, CancellationToken cancellation)
    {
        var clean = systems.Select(system => Clean(protocol, system, test, images, work, cancellation)).ToArray();
        var rows = new List<RowResult> { new("clean", RowKind.Clean, null, null, clean) };
        foreach (var attack in protocol.Attacks)
            rows.Add(new(attack.Attack.Name, RowKind.Attack, attack.Threat, EvaluationReport.Parameters(attack.Attack),
                [.. systems.Select((system, column) => Attacked(protocol, attack, system, clean[column].Right, test, images, work, cancellation))]));
        rows.Add(WorstCase(protocol, rows));
        return new(protocol.Name, protocol.Title, protocol.Labels, rows);
    }

    private CellResult Clean(
        Protocol protocol, EvaluatedSystem system, ImageDataset test, int images, Work work, CancellationToken cancellation)
    {
        var right = new List<bool>(images);
        for (var first = 0; first < images; first += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (x, y) = test.Range(first, Math.Min(BatchSize, images - first), ensemble.Device);
            right.AddRange(system.Decide(x).eq(y).cpu().data<bool>());
            work.Report(protocol.Name, "clean", system, right.Count, steps: 1, (int)x.shape[0]);
        }
        return Cell(system.Name, null, right, null, null);
    }

    private CellResult Attacked(
        Protocol protocol, ProtocolAttack attack, EvaluatedSystem system, string cleanRight, ImageDataset test, int images,
        Work work, CancellationToken cancellation)
    {
        var surface = system.Surface(attack);
        var right = new List<bool>(images);
        var (distance, broken, linf) = (0.0, 0, 0.0);
        for (var first = 0; first < images; first += BatchSize)
        {
            using var scope = NewDisposeScope();
            var (x, y) = test.Range(first, Math.Min(BatchSize, images - first), ensemble.Device);
            var labels = protocol.Labels == LabelPolicy.True ? y : system.Decide(x);
            using var result = attack.Attack.Run(surface, attack.Threat, x, labels, seed, first, cancellation: cancellation);
            var survived = system.Decide(result.Adversarial).eq(y).cpu().data<bool>().ToArray();
            var l2 = result.L2.cpu().data<double>().ToArray();
            for (var i = 0; i < survived.Length; i++)
            {
                var wasRight = cleanRight[first + i] == '1';
                // Against true labels the attacker may always leave a wrong image alone.
                right.Add(survived[i] && (wasRight || protocol.Labels == LabelPolicy.Predicted));
                if (wasRight && !survived[i])
                    (distance, broken) = (distance + l2[i], broken + 1);
            }
            linf = Math.Max(linf, result.Linf.max().ToDouble());
            work.Report(protocol.Name, attack.Attack.Name, system, right.Count, attack.Attack.GradientSteps, (int)x.shape[0]);
        }
        return Cell(system.Name, surface.Name, right, broken > 0 ? distance / broken : null, linf);
    }

    private static RowResult WorstCase(Protocol protocol, List<RowResult> rows)
    {
        var threat = protocol.Attacks.First(attack => double.IsFinite(attack.Threat.Epsilon)).Threat;
        var bounded = rows.Where(row => row.Kind == RowKind.Clean || double.IsFinite(row.Threat!.Epsilon)).ToArray();
        return new("worst case", RowKind.WorstCase, threat, null,
            [.. rows[0].Cells.Select((cell, column) => Cell(cell.System, null,
                [.. Enumerable.Range(0, cell.Right.Length).Select(image => bounded.All(row => row.Cells[column].Right[image] == '1'))],
                null, null))]);
    }

    private static CellResult Cell(string system, string? surface, List<bool> right, double? meanL2, double? maxLinf) => new(
        system, surface, right.Count == 0 ? 0 : (double)right.Count(one => one) / right.Count, meanL2, maxLinf,
        string.Concat(right.Select(one => one ? '1' : '0')));

    private EvaluationEnvironment Environment() => new(
        Version(typeof(Evaluator).Assembly), Version(typeof(torch).Assembly), NativeLibraries.Report.TorchVersion ?? "unknown",
        RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        ensemble.Device.ToString(), get_num_threads());

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    // How much of the evaluation is done, counted in gradients of one network.
    private sealed class Work(
        IReadOnlyList<Protocol> protocols, IReadOnlyList<EvaluatedSystem> systems, int images, IProgress<EvaluationProgress>? progress)
    {
        private readonly double total = (double)images * systems.Sum(system => system.Networks)
            * protocols.Sum(protocol => 1 + protocol.Attacks.Sum(attack => attack.Attack.GradientSteps));

        private double done;

        public void Report(string protocol, string row, EvaluatedSystem system, int cellDone, int steps, int batch)
        {
            done += (double)steps * batch * system.Networks;
            progress?.Report(new(protocol, row, system.Name, cellDone, images, Math.Min(1, done / total)));
        }
    }
}
