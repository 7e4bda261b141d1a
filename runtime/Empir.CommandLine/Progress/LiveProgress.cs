using Empir.Data;
using Empir.Evaluation;
using Empir.Training;
using Spectre.Console;

namespace Empir.CommandLine.Progress;

/// <summary>For a terminal: bars that move.</summary>
internal sealed class LiveProgress(IAnsiConsole console, TimeProvider time) : IProgressView
{
    // What a line needs beside its bar.
    private const int TextWidth = 95;

    public void Train(IReadOnlyList<string> members, Action<IProgress<TrainingProgress>> work)
    {
        var facts = new FactsColumn();
        Bars(facts).Start(bars =>
        {
            var tasks = members.ToDictionary(
                member => member, member => (Bar: bars.AddTask(Markup.Escape(member), maxValue: 1), Meter: new TrainingMeter(time)));
            work(new Reporter<TrainingProgress>(now =>
            {
                var (bar, meter) = tasks[now.Member];
                bar.Value = TrainingMeter.Share(now);
                facts.Set(bar, meter.Facts(now));
            }));
        });
    }

    public void Download(IReadOnlyList<string> files, Action<IProgress<DownloadProgress>> work)
    {
        var facts = new FactsColumn();
        Bars(facts).Start(bars =>
        {
            var tasks = files.ToDictionary(
                file => file, file => (Bar: bars.AddTask(Markup.Escape(file), maxValue: 1), Meter: new DownloadMeter(time)));
            work(new Reporter<DownloadProgress>(now =>
            {
                var (bar, meter) = tasks[now.File];
                bar.Value = (double)now.Bytes / now.Total;
                facts.Set(bar, meter.Facts(now));
            }));
        });
    }

    public EvaluationReport Evaluate(Func<IProgress<EvaluationProgress>, EvaluationReport> work)
    {
        var facts = new FactsColumn();
        return Bars(facts).Start(bars =>
        {
            var bar = bars.AddTask("evaluation", maxValue: 1);
            var meter = new EvaluationMeter(time);
            return work(new Reporter<EvaluationProgress>(now =>
            {
                bar.Value = now.Done;
                facts.Set(bar, $"{now.Protocol}  {now.Row}  {now.System}  {now.CellImages - now.Images:#,0} of {now.CellImages:#,0} images left  {meter.Left(now)}");
            }));
        });
    }

    // A display numbers its bars from 0, so texts are a display's own.
    private Spectre.Console.Progress Bars(FactsColumn facts) => console.Progress().Columns(
        new TaskDescriptionColumn { Alignment = Justify.Left },
        new ProgressBarColumn { Width = Math.Clamp(console.Profile.Width - TextWidth, 8, 40) },
        new PercentageColumn(),
        facts);
}
