using Empir.Data;
using Empir.Evaluation;
using Empir.Training;

namespace Empir.CommandLine.Progress;

/// <summary>For logs: a line per epoch, per finished row of a table and per tenth of a file.</summary>
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

    public void Download(IReadOnlyList<string> files, Action<IProgress<DownloadProgress>> work)
    {
        var meters = files.ToDictionary(file => file, _ => (Meter: new DownloadMeter(time), Tenth: -1L));
        work(new Reporter<DownloadProgress>(now =>
        {
            var (meter, said) = meters[now.File];
            var facts = meter.Facts(now);
            var tenth = now.Bytes * 10 / now.Total;
            if (tenth != said)
                Line($"{now.File}: {facts}");
            meters[now.File] = (meter, tenth);
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
