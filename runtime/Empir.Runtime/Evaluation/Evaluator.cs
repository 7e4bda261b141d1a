using System.Reflection;
using System.Runtime.InteropServices;
using Empir.Data;
using Empir.Ensembles;
using Empir.Formats;
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
    /// <summary>Finds out whether an evaluation can run at all, before anything long is done for it.</summary>
    /// <param name="settings">Threat model and protocols.</param>
    /// <exception cref="UserErrorException">A protocol does not fit the ensemble or the threat model.</exception>
    public void Check(EvaluationSettings settings)
    {
        foreach (var attack in settings.Protocols.SelectMany(name => Protocol.Of(name, settings.Threat).Attacks))
            _ = attack.EnsembleSurface(ensemble);
        if (settings.Ladder)
            _ = Ladder.Radii(settings.Threat);
        if (settings.Masking)
            MaskingChecks.Check(settings.Threat);
    }

    /// <summary>Evaluates.</summary>
    /// <param name="settings">Threat model, protocols and number of images.</param>
    /// <param name="test">The test images.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="unfinished">Keeps every finished batch, and holds those of an interrupted run of the same evaluation; null keeps none.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="UserErrorException">A protocol does not fit the ensemble or the threat model.</exception>
    public EvaluationReport Run(
        EvaluationSettings settings, ImageDataset test, IProgress<EvaluationProgress>? progress = null,
        UnfinishedEvaluation? unfinished = null, CancellationToken cancellation = default)
    {
        Check(settings);
        var images = Math.Min(settings.Images ?? test.Count, test.Count);
        var protocols = settings.Protocols.Select(name => Protocol.Of(name, settings.Threat)).ToArray();
        var systems = EvaluatedSystem.Of(ensemble);
        var report = Report(test, images);
        unfinished?.Open(Task(report, protocols, settings));
        var run = new EvaluationRun(
            test, images, ensemble.Device, seed, images * Work(settings, protocols, systems) + MaskingChecks.Work(settings, test, images) * ensemble.Members.Count, progress, unfinished, cancellation);
        using var frozen = ensemble.Freeze();
        ProtocolResult[] results = [.. protocols.Select(protocol => Run(protocol, systems, run))];
        return report with
        {
            Protocols = results,
            Transfer = settings.Transfer ? TransferMatrix.Measure(settings.Threat, systems, run) : null,
            Ladder = settings.Ladder ? Ladder.Climb(settings.Threat, systems, run) : null,
            Masking = settings.Masking ? MaskingChecks.Measure(settings.Threat, ensemble, systems[^1], test, seed, run, cancellation) : null,
            Examples = new ExampleImages(ensemble, test, seed, cancellation).Of(protocols, results),
        };
    }

    private static ProtocolResult Run(Protocol protocol, IReadOnlyList<EvaluatedSystem> systems, EvaluationRun run)
    {
        var clean = systems.Select(system => run.Clean(protocol.Name, system)).ToArray();
        var rows = new List<RowResult> { new("clean", RowKind.Clean, null, null, clean) };
        foreach (var attack in protocol.Attacks)
            rows.Add(new(attack.Attack.Name, RowKind.Attack, attack.Threat, EvaluationReport.Parameters(attack.Attack),
                [.. systems.Select((system, column) => run.Attacked(
                    new(protocol.Name, attack.Attack.Name, system.Name, attack.Attack.GradientSteps * system.Networks),
                    attack, protocol.Labels, system, clean[column].Right))]));
        rows.Add(WorstCase(protocol, rows));
        return new(protocol.Name, protocol.Title, protocol.Labels, rows);
    }

    // What an image costs, in gradients of one network.
    private static double Work(EvaluationSettings settings, IReadOnlyList<Protocol> protocols, IReadOnlyList<EvaluatedSystem> systems)
    {
        var networks = systems.Sum(system => system.Networks);
        return networks * protocols.Sum(protocol => 1.0 + protocol.Attacks.Sum(attack => attack.Attack.GradientSteps))
            + (settings.Ladder ? networks * Ladder.Work(settings.Threat) : 0)
            + (settings.Transfer ? networks + (systems.Count - 1) * TransferMatrix.Work(settings.Threat) : 0);
    }

    // The report before there are results: everything needed to repeat it.
    private EvaluationReport Report(ImageDataset test, int images) => new(
        ensemble.Card.Name, ensemble.Card.SpecFile, ensemble.Card.SpecHash, ensemble.Card.Fusion,
        [.. ensemble.Members.Zip(ensemble.Card.Members, (member, card) => new EvaluatedMember(
            card.Name, card.Network.Architecture, card.Network.Precision, Checkpoint.WeightsHash(member)))],
        new(test.Name, test.Hash, images, test.Count) { Shape = [test.Channels, test.Height, test.Width], Classes = test.Classes },
        seed, Environment(), []);

    // Two runs with equal lines give equal reports to the bit.
    private string Task(EvaluationReport report, IReadOnlyList<Protocol> protocols, EvaluationSettings settings) => MachineJson.Of(new
    {
        report,
        EvaluationRun.BatchSize,
        settings.Ladder,
        settings.Transfer,
        settings.Masking,
        Protocols = protocols.Select(protocol => new
        {
            protocol.Name,
            protocol.Labels,
            Attacks = protocol.Attacks.Select(attack => new
            {
                attack.Attack.Name,
                attack.Threat,
                Parameters = EvaluationReport.Parameters(attack.Attack),
                Surface = attack.EnsembleSurface(ensemble).Name,
            }),
        }),
    });

    private static RowResult WorstCase(Protocol protocol, List<RowResult> rows)
    {
        var threat = protocol.Attacks.First(attack => double.IsFinite(attack.Threat.Epsilon)).Threat;
        var bounded = rows.Where(row => row.Kind == RowKind.Clean || double.IsFinite(row.Threat!.Epsilon)).ToArray();
        return new("worst case", RowKind.WorstCase, threat, null,
            [.. rows[0].Cells.Select((cell, column) => (Tally.Empty with
            {
                Right = string.Concat(Enumerable.Range(0, cell.Right.Length).Select(image =>
                    bounded.All(row => row.Cells[column].Right[image] == '1') ? '1' : '0')),
            }).Cell(cell.System, null))]);
    }

    private EvaluationEnvironment Environment() => new(
        Version(typeof(Evaluator).Assembly), Version(typeof(torch).Assembly), NativeLibraries.Report.TorchVersion ?? "unknown",
        RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        ensemble.Device.ToString(), get_num_threads());

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
