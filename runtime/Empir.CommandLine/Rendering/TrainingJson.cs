using Empir.CommandLine.Work;
using Empir.Formats;
using Empir.Specs;

namespace Empir.CommandLine.Rendering;

/// <summary>What <c>train --json</c> gives.</summary>
internal static class TrainingJson
{
    public static string Of(EnsembleSpec spec, IReadOnlyList<TrainedMember> members, IReadOnlyList<TestAccuracy> accuracies)
    {
        var onTest = accuracies.ToDictionary(one => one.System, one => one.Accuracy);
        return MachineJson.Of(new
        {
            Ensemble = spec.Name,
            SpecSha256 = spec.Card.SpecHash,
            Members = members.Select(member => new
            {
                Name = member.Member,
                member.Checkpoint,
                member.Epochs,
                member.Reused,
                FinalLoss = member.Loss,
                FinalAccuracy = member.Accuracy,
                TestAccuracy = onTest[member.Member],
            }),
            TestAccuracy = onTest.TryGetValue(spec.Name, out var whole) ? whole : (double?)null,
        });
    }
}
