using Empir.CommandLine.Work;
using Empir.Evaluation;
using Empir.Specs;
using Empir.Training;

namespace Zoo.Reproduction;

/// <summary>What there is of one spec: its evaluation, and how long everything took.</summary>
/// <param name="Spec">The spec.</param>
/// <param name="Evaluation">What its evaluation.json says.</param>
/// <param name="TrainingMinutes">Of all its members together; null where they were not trained here.</param>
/// <param name="EvaluationMinutes">Null where the time was not kept.</param>
internal sealed record Evidence(EnsembleSpec Spec, EvaluationReport Evaluation, double? TrainingMinutes, double? EvaluationMinutes)
{
    /// <summary>Reads what is in a folder; null where there is no evaluation.</summary>
    /// <exception cref="Empir.UserErrorException">A file is of another format or of another ensemble.</exception>
    /// <exception cref="Empir.Formats.CorruptFileException">A file is damaged.</exception>
    public static Evidence? Read(EnsembleSpec spec, OutputFolder folder)
    {
        if (!File.Exists(folder.Evaluation))
            return null;
        var evaluation = EvaluationReport.Read(folder.Evaluation);
        if (evaluation.Ensemble != spec.Name)
            throw new Empir.UserErrorException($"{folder.Evaluation} is of {evaluation.Ensemble}, not of {spec.Name}. Move it away.");
        double[] members = [.. spec.Card.Members.Select(member => EpochMetrics.Read(folder.Checkpoint(member.Name)).Sum(epoch => epoch.Seconds))];
        // Members that are trained together each count the whole time.
        var seconds = spec.Training.Recipe.IsJoint ? members.Max() : members.Sum();
        return new(spec, evaluation, members.All(time => time > 0) ? seconds / 60 : null,
            EvaluationTime.Read(folder.EvaluationTime, evaluation)?.Seconds / 60);
    }
}
