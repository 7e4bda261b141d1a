using Empir.Modules;
using static TorchSharp.torch;

namespace Empir.Ensembles;

/// <summary>Several classifiers and the rule that turns their outputs into one decision.</summary>
public abstract class Ensemble : IDisposable
{
    /// <param name="card">The ensemble's facts.</param>
    /// <param name="fusion">The rule.</param>
    /// <param name="members">The members in the card's order; the ensemble disposes them.</param>
    protected Ensemble(EnsembleCard card, Fusion fusion, IReadOnlyList<Classifier> members)
    {
        if (members.Count != card.Members.Count)
            throw new ArgumentException($"{card.Name} has {card.Members.Count} members, not {members.Count}.", nameof(members));
        Card = card;
        Fusion = fusion;
        Members = members;
    }

    /// <summary>The ensemble's facts.</summary>
    public EnsembleCard Card { get; }

    /// <summary>The rule that fuses the members' outputs.</summary>
    public Fusion Fusion { get; }

    /// <summary>The members, in the card's order.</summary>
    public IReadOnlyList<Classifier> Members { get; }

    /// <summary>Where the members' weights are.</summary>
    public Device Device => Members[0].parameters().First().device;

    /// <summary>Every member's logits.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <returns>[M, N, classes].</returns>
    public Tensor Logits(Tensor images)
    {
        var each = new Tensor[Members.Count];
        try
        {
            for (var member = 0; member < each.Length; member++)
                each[member] = Members[member].call(images);
            return stack(each);
        }
        finally
        {
            foreach (var logits in each)
                logits?.Dispose();
        }
    }

    /// <summary>The ensemble's class for every image.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <returns>[N], 64-bit integers.</returns>
    public Tensor Predict(Tensor images)
    {
        using var _ = no_grad();
        using var frozen = Freeze();
        using var logits = Logits(images);
        return Fusion.Decide(logits);
    }

    /// <summary>Freezes every member; see <see cref="Classifier.Freeze" />.</summary>
    public IDisposable Freeze() => new FrozenMembers(Members);

    /// <summary>Moves every member.</summary>
    /// <param name="device">The target.</param>
    /// <returns>This ensemble.</returns>
    public Ensemble To(Device device)
    {
        foreach (var member in Members)
            member.to(device);
        return this;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var member in Members)
            member.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class FrozenMembers(IEnumerable<Classifier> members) : IDisposable
    {
        private readonly IDisposable[] frozen = [.. members.Select(member => member.Freeze())];

        public void Dispose()
        {
            foreach (var member in frozen)
                member.Dispose();
        }
    }
}

/// <summary>An ensemble whose fusion rule is part of its type.</summary>
/// <typeparam name="TFusion">The rule.</typeparam>
public abstract class Ensemble<TFusion> : Ensemble where TFusion : Fusion
{
    /// <inheritdoc />
    protected Ensemble(EnsembleCard card, TFusion fusion, IReadOnlyList<Classifier> members) : base(card, fusion, members) =>
        Fusion = fusion;

    /// <summary>The rule that fuses the members' outputs.</summary>
    public new TFusion Fusion { get; }
}
