using Empir.CommandLine.Rendering;
using Empir.CommandLine.Reports;
using Empir.Data;
using Empir.Ensembles;
using Empir.Evaluation;
using Empir.Formats;
using Spectre.Console;

namespace Empir.CommandLine.Work;

/// <summary>Attacks a trained ensemble, shows the tables and writes evaluation.json and report.html.</summary>
internal sealed class EnsembleEvaluation(Workplace place, Screen screen, EvaluationRequest request)
{
    private readonly EvaluationSettings settings = request.Apply(place.Spec.Evaluation);

    private readonly UnfinishedEvaluation unfinished = new(UnfinishedEvaluation.PathBeside(place.Report), screen.Say);

    /// <summary>Finds out whether it can run at all, before anything long is done for it.</summary>
    /// <exception cref="UserErrorException">More images are asked for than there are, or a protocol does not fit.</exception>
    public void Check(Ensemble ensemble, ImageDataset test)
    {
        if (request.Images is { } images)
            Checked.Available(test, images, "--images");
        new Evaluator(ensemble, request.Seed).Check(settings);
    }

    /// <summary>Evaluates what was checked.</summary>
    public void Run(Ensemble ensemble, ImageDataset test, CancellationToken cancellation)
    {
        var report = Reused(ensemble, test) ?? Evaluated(ensemble, test, cancellation);
        ReportPage.Write(new(report, place.Spec, place.Tool.Name), place.Output.Report);
        screen.Show(AccuracyTable.Of(report.Clean.Cells.Select(cell => new TestAccuracy(cell.System, cell.Right.Count(image => image == '1'), cell.Right.Length))));
        foreach (var protocol in report.Protocols)
            screen.Show([Text.NewLine, .. protocol.Protocol == Protocols.Word(ProtocolName.Adaptive)
                ? AdaptiveTable.Of(protocol, report, place.Spec.Card)
                : RobustnessTable.Of(protocol, report, place.Spec.Card)]);
        if (report.Ladder is { } ladder)
            screen.Show([Text.NewLine, .. LadderTable.Of(ladder, report, place.Spec.Card)]);
        if (report.Transfer is { } transfer)
            screen.Show([Text.NewLine, .. TransferTable.Of(transfer, report, place.Spec.Card)]);
        if (report.Masking is { } masking)
            screen.Show([Text.NewLine, .. MaskingTable.Of(masking)]);
        screen.Show(Text.NewLine);
        if (Headline.Of(report) is { } headline)
            screen.Show(new Text(headline + "\n"));
        screen.Say($"Written: {place.Report} and {Path.GetFileName(place.Output.Report)}");
        screen.Give(report.ToJson);
    }

    // A file of another format or a damaged one is as good as none: it is written anew.
    private EvaluationReport? Reused(Ensemble ensemble, ImageDataset test)
    {
        if (!request.Reuse || !File.Exists(place.Report))
            return null;
        try
        {
            var there = EvaluationReport.Read(place.Report);
            if (there.TaskSha256 != new Evaluator(ensemble, request.Seed).TaskHash(settings, test))
                return null;
            screen.Say($"{place.Spec.Name}: evaluated already ({place.Report}).");
            return there;
        }
        catch (Exception error) when (error is UserErrorException or CorruptFileException)
        {
            return null;
        }
    }

    private EvaluationReport Evaluated(Ensemble ensemble, ImageDataset test, CancellationToken cancellation)
    {
        var report = Evaluate(ensemble, test, cancellation);
        new EvaluationTime(unfinished.Seconds, report.TaskSha256).Write(place.Output.EvaluationTime);
        report.Write(place.Report);
        // Only now: a process killed in between would have to begin again.
        unfinished.Remove();
        return report;
    }

    private EvaluationReport Evaluate(Ensemble ensemble, ImageDataset test, CancellationToken cancellation)
    {
        try
        {
            return screen.Progress.Evaluate(progress => new Evaluator(ensemble, request.Seed).Run(settings, test, progress, unfinished, cancellation));
        }
        catch (OperationCanceledException stopped)
        {
            throw new StoppedException(
                $"stopped during the evaluation; {place.Report} is left as it was. Trained members and finished batches are kept: the same command goes on from there.",
                stopped);
        }
    }
}
