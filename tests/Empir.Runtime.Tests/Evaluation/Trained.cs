using Empir.Attacks;
using Empir.Data;
using Empir.Evaluation;
using Empir.Training;

namespace Empir.Tests.Evaluation;

/// <summary>Tests that share one trained ensemble and its evaluation.</summary>
[CollectionDefinition(Name)]
public sealed class TrainedOnce : ICollectionFixture<Trained>
{
    public const string Name = "trained once";
}

/// <summary>A small ensemble that has learnt a simple task, and its evaluation by both protocols.</summary>
public sealed class Trained : IDisposable
{
    public static readonly EvaluationSettings Settings = new(ThreatModel.Linf(0.1), [ProtocolName.Paper, ProtocolName.WhiteBox], 40);

    public Trained()
    {
        foreach (var (member, card) in Ensemble.Members.Zip(Ensemble.Card.Members))
            new Trainer(card, new("synthetic", 2, 20, new AdamSettings()), "spec").Train(member, Synthetic.Images(200, seed: 1));
        Report = new Evaluator(Ensemble, seed: 7).Run(Settings, Test);
    }

    internal SmallEnsemble Ensemble { get; } = new();

    internal ImageDataset Test { get; } = Synthetic.Images(60, seed: 2);

    internal EvaluationReport Report { get; }

    public void Dispose() => Ensemble.Dispose();
}
