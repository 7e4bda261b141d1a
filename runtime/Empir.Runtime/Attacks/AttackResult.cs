using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>What an attack achieved, measured afresh on the images it returned.</summary>
public sealed class AttackResult : IDisposable
{
    internal AttackResult(Tensor adversarial, Tensor success, Tensor linf, Tensor l2, Tensor? brokenBy, long forwards, long backwards) =>
        (Adversarial, Success, Linf, L2, BrokenBy, Forwards, Backwards) = (adversarial, success, linf, l2, brokenBy, forwards, backwards);

    /// <summary>The perturbed images, [N, C, H, W].</summary>
    public Tensor Adversarial { get; }

    /// <summary>Whether the surface's decision differs from the label, [N], booleans.</summary>
    public Tensor Success { get; }

    /// <summary>Largest change of a pixel, per image, [N].</summary>
    public Tensor Linf { get; }

    /// <summary>Euclidean length of the change, per image, [N].</summary>
    public Tensor L2 { get; }

    /// <summary>
    /// Index of the attack in <see cref="AutoAttack.Attacks" /> that broke each image, [N], 64-bit integers; -1 where none did
    /// or the image was broken as it is. Null for an attack without parts, and where every radius is 0.
    /// </summary>
    public Tensor? BrokenBy { get; }

    /// <summary>Forward passes, counted in images; the final scoring is not counted.</summary>
    public long Forwards { get; }

    /// <summary>Backward passes, counted in images.</summary>
    public long Backwards { get; }

    /// <summary>The results of a batch's parts as one, a new result.</summary>
    internal static AttackResult Join(IReadOnlyList<AttackResult> parts) => new(
        cat([.. parts.Select(part => part.Adversarial)]).MoveToOuterDisposeScope(),
        cat([.. parts.Select(part => part.Success)]).MoveToOuterDisposeScope(),
        cat([.. parts.Select(part => part.Linf)]).MoveToOuterDisposeScope(),
        cat([.. parts.Select(part => part.L2)]).MoveToOuterDisposeScope(),
        parts[0].BrokenBy is null ? null : cat([.. parts.Select(part => part.BrokenBy!)]).MoveToOuterDisposeScope(),
        parts.Sum(part => part.Forwards), parts.Sum(part => part.Backwards));

    /// <summary>Takes the tensors out of their dispose scope, for another thread.</summary>
    internal AttackResult DetachFromDisposeScope()
    {
        foreach (var tensor in new[] { Adversarial, Success, Linf, L2, BrokenBy })
            tensor?.DetachFromDisposeScope();
        return this;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Adversarial.Dispose();
        Success.Dispose();
        Linf.Dispose();
        L2.Dispose();
        BrokenBy?.Dispose();
    }
}
