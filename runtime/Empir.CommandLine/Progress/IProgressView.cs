using Empir.Data;
using Empir.Evaluation;
using Empir.Training;

namespace Empir.CommandLine.Progress;

/// <summary>Shows how far training and evaluation are, while they run.</summary>
internal interface IProgressView
{
    /// <summary>Shows the training of members, one after the other.</summary>
    void Train(IReadOnlyList<string> members, Action<IProgress<TrainingProgress>> work);

    /// <summary>Shows the fetching of files, one after the other.</summary>
    void Download(IReadOnlyList<string> files, Action<IProgress<DownloadProgress>> work);

    /// <summary>Shows an evaluation.</summary>
    EvaluationReport Evaluate(Func<IProgress<EvaluationProgress>, EvaluationReport> work);
}
