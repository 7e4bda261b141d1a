using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
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
        foreach (var attack in Protocols(settings, [settings.Threat]).SelectMany(protocol => protocol.Attacks))
            _ = attack.EnsembleSurface?.Invoke(ensemble);
        if (settings.Ladder)
            _ = Ladder.Radii(settings.Threat, Pixels);
        if (settings.Masking)
            MaskingChecks.Check(settings.Threat);
        if (settings.Transfer && settings.Threat.Norm != Attacks.Norm.Linf)
            throw new UserErrorException($"The transfer matrix's attack is bounded in Linf; the threat's norm is {settings.Threat.Norm}. Write 'norm: linf'.");
    }

    /// <summary>
    /// SHA-256 of everything that decides an evaluation's numbers: a report with this <see cref="EvaluationReport.TaskSha256" />
    /// is the one that <see cref="Run" /> would give, but for what the machine and the versions do to the last bits.
    /// </summary>
    /// <param name="settings">Threat model, protocols and number of images.</param>
    /// <param name="test">The test images.</param>
    /// <exception cref="UserErrorException">A protocol does not fit the ensemble or the threat model.</exception>
    public string TaskHash(EvaluationSettings settings, ImageDataset test) =>
        TaskHash(Report(test, settings), Protocols(settings, UsualRadius.Threats(settings, test.Name)), settings, test);

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
        var protocols = Protocols(settings, UsualRadius.Threats(settings, test.Name));
        var systems = EvaluatedSystem.Of(ensemble);
        var tables = protocols.Select(protocol => new ProtocolTable(protocol, systems, settings.ImagesOf(protocol.Kind, test.Count))).ToArray();
        var honest = settings.HonestImages(test.Count);
        var report = Report(test, settings);
        unfinished?.Open(Task(report, protocols, settings, test));
        var run = new EvaluationRun(
            test, ensemble.Device, seed,
            new(KnownWork(settings, tables, systems, honest, test.Count) + MaskingChecks.Work(settings, test, honest) * ensemble.Members.Count),
            progress, unfinished, cancellation);
        using var frozen = ensemble.Freeze();
        foreach (var table in tables)
            table.Announce(run);
        var clean = systems.Select(run.Clean).ToArray();
        RowResult CleanRow(int images) => new("clean", RowKind.Clean, null, null, [.. clean.Select(cell => Tally.OfRight(cell.System, cell.Right[..images]))]);
        var results = new List<ProtocolResult>();
        foreach (var (protocol, table) in protocols.Zip(tables))
            results.Add(table.Fill(run, CleanRow(table.Images), [.. results.Where(result => result.Protocol == protocol.Name)]));
        return report with
        {
            TaskSha256 = TaskHash(report, protocols, settings, test),
            Protocols = results,
            Clean = CleanRow(test.Count),
            Transfer = settings.Transfer ? TransferMatrix.Measure(settings.Threat, systems, run, CleanRow(honest)) : null,
            Ladder = settings.Ladder ? Ladder.Climb(settings.Threat, Pixels, systems, run, CleanRow(honest)) : null,
            Masking = settings.Masking ? MaskingChecks.Measure(settings.Threat, ensemble, systems[^1], test, seed, run, CleanRow(honest), cancellation) : null,
            Examples = new ExampleImages(ensemble, test, seed, cancellation).Of(protocols, results),
        };
    }

    private long Pixels => ensemble.Members[0].Card.Input.Pixels;

    // Adaptive radii rise: what a smaller one broke is not attacked again.
    private Protocol[] Protocols(EvaluationSettings settings, IReadOnlyList<Attacks.ThreatModel> adaptive) =>
    [
        .. settings.Protocols.SelectMany(name => name == ProtocolName.Adaptive
            ? adaptive.Select(threat => Protocol.Adaptive(threat, ensemble, settings.Exhaustive))
            : [Protocol.Of(name, settings.Threat, ensemble)]),
    ];

    // What it costs as far as it is known beforehand, in gradients of one network.
    private double KnownWork(EvaluationSettings settings, IReadOnlyList<ProtocolTable> tables, IReadOnlyList<EvaluatedSystem> systems, int honest, int available)
    {
        var networks = systems.Sum(system => system.Networks);
        return tables.Sum(table => table.KnownWork)
            + available * networks
            + (settings.Ladder ? honest * networks * Ladder.Work(settings.Threat, Pixels) : 0)
            + (settings.Transfer ? honest * (systems.Count - 1) * TransferMatrix.Work(settings.Threat) : 0);
    }

    // The report before there are results: everything needed to repeat it.
    private EvaluationReport Report(ImageDataset test, EvaluationSettings settings) => new(
        ensemble.Card.Name, ensemble.Card.SpecFile, ensemble.Card.SpecHash, ensemble.Card.Fusion,
        [.. ensemble.Members.Zip(ensemble.Card.Members, (member, card) => new EvaluatedMember(
            card.Name, card.Network.Architecture, card.Network.Precision, Checkpoint.WeightsHash(member)))],
        new(test.Name, test.Hash, Most(settings, test), test.Count) { Shape = [test.Channels, test.Height, test.Width], Classes = test.Classes },
        seed, Environment(), []);

    private static int Most(EvaluationSettings settings, ImageDataset test) =>
        settings.Protocols.Select(protocol => settings.ImagesOf(protocol, test.Count)).DefaultIfEmpty(settings.HonestImages(test.Count)).Max();

    private string TaskHash(EvaluationReport report, IReadOnlyList<Protocol> protocols, EvaluationSettings settings, ImageDataset test) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Task(report with { Environment = new("", "", "", "", "", "", 0) }, protocols, settings, test))));

    // Two runs with equal lines give equal numbers to the bit.
    private string Task(EvaluationReport report, IReadOnlyList<Protocol> protocols, EvaluationSettings settings, ImageDataset test) => MachineJson.Of(new
    {
        report.Ensemble,
        report.Fusion,
        report.Members,
        report.Data.Dataset,
        report.Data.Sha256,
        report.Seed,
        report.Environment,
        Networks = ensemble.Card.Members.Select(member => member.Network.Canonical),
        settings.Threat,
        EvaluationRun.BatchSize,
        settings.Ladder,
        settings.Transfer,
        settings.Masking,
        Protocols = protocols.Select(protocol => new
        {
            protocol.Name,
            protocol.Labels,
            protocol.Cumulative,
            Images = settings.ImagesOf(protocol.Kind, test.Count),
            Attacks = protocol.Attacks.Select(attack => new
            {
                attack.Attack.Name,
                attack.OnMembers,
                attack.Threat,
                Parameters = AttackParameters.Of(attack.Attack),
                Surface = attack.EnsembleSurface?.Invoke(ensemble).Name,
            }),
        }),
        // Last, so that a difference is named by the protocol's images.
        HonestImages = settings.HonestImages(test.Count),
    });

    private EvaluationEnvironment Environment() => new(
        Version(typeof(Evaluator).Assembly), Version(typeof(torch).Assembly), NativeLibraries.Report.TorchVersion ?? "unknown",
        RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        ensemble.Device.ToString(), get_num_threads());

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
