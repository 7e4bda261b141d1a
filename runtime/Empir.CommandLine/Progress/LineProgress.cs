using Empir.Evaluation;
using Empir.Training;

namespace Empir.CommandLine.Progress;

/// <summary>For logs: a line per epoch and a line per finished row of a table.</summary>
internal sealed class LineProgress(TextWriter writer, TimeProvider time) : IProgressView
{
    public void Train(IReadOnlyList<string> members, Action<IProgress<TrainingProgress>> work)
    {
        var meters = members.ToDictionary(member => member, _ => new TrainingMeter(time));
        work(new Reporter<TrainingProgress>(now =>
        {
            var facts = meters[now.Member].Facts(now);
            if (now.Images == now.EpochImages)
                Line($"{now.Member}: {facts}");
        }));
    }

    public EvaluationReport Evaluate(Func<IProgress<EvaluationProgress>, EvaluationReport> work)
    {
        var meter = new EvaluationMeter(time);
        EvaluationProgress? last = null;
        var report = work(new Reporter<EvaluationProgress>(now =>
        {
            var left = meter.Left(now);
            if (last is not null && (last.Protocol, last.Row) != (now.Protocol, now.Row))
                Line($"{RowDone(last)}  {left}".TrimEnd());
            last = now;
        }));
        if (last is not null)
            Line(RowDone(last));
        return report;
    }

    private static string RowDone(EvaluationProgress last) =>
        $"{last.Protocol}: {last.Row} done  {last.CellImages:#,0} images  {Words.Percent(last.Done)} of the evaluation";

    // A log is read while it grows.
    private void Line(string text)
    {
        writer.WriteLine(text);
        writer.Flush();
    }
}
