using Empir.Ensembles;
using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Tests;

/// <summary>An ensemble of given networks, however few facts they have.</summary>
internal sealed class AnyEnsemble(Fusion fusion, params Classifier[] members) : Ensemble(
    new("Any", "", "", "", "any", [.. members.Select((member, i) => new MemberCard($"m{i}", 0, member.Card))]), fusion, members)
{
    /// <summary>Members that answer with given logits, [M, N, C], whatever the image.</summary>
    public static AnyEnsemble Answering(Tensor logits, Fusion? fusion = null) =>
        new(fusion ?? new Majority(0), [.. Enumerable.Range(0, (int)logits.shape[0]).Select(i => new Fixed(logits[i]))]);

    private sealed class Fixed(Tensor answer) : Classifier(new("Fixed", "full", "pytorch", new(1, 1, 1, 0, 1), 3, []))
    {
        public override Tensor forward(Tensor input) => answer.alias();
    }
}
