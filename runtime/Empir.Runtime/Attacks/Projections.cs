using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>
/// The geometry of attacks, image by image: nearest points, lengths and directions of steepest ascent. Numbers per image
/// are [N, 1, ...], so that they broadcast; see <see cref="PerImage" />.
/// </summary>
internal static class Projections
{
    // Below any length that matters, above what float32 flushes to zero.
    private const double Tiny = 1e-30;

    /// <summary>One number per image, [N], as [N, 1, ...] beside images of <paramref name="dimensions" /> dimensions.</summary>
    public static Tensor PerImage(Tensor numbers, long dimensions) =>
        numbers.view([-1, .. Enumerable.Repeat(1L, (int)dimensions - 1)]);

    /// <summary>Length of every image's change.</summary>
    /// <param name="change">[N, ...].</param>
    /// <param name="norm">The norm.</param>
    /// <returns>[N].</returns>
    public static Tensor Length(Tensor change, Norm norm)
    {
        using var flat = change.flatten(1);
        if (norm == Norm.L2)
            return flat.norm(1);
        using var size = flat.abs();
        return size.amax([1]);
    }

    /// <summary>The ball's nearest point to <paramref name="x" />, which is overwritten.</summary>
    /// <param name="x">[N, ...].</param>
    /// <param name="center">[N, ...].</param>
    /// <param name="radius">[N, 1, ...].</param>
    /// <param name="norm">The ball's norm.</param>
    public static Tensor OntoBall(Tensor x, Tensor center, Tensor radius, Norm norm)
    {
        using var scope = NewDisposeScope();
        x.sub_(center);
        if (norm == Norm.Linf)
            x.clamp_(-radius, radius);
        else
            x.mul_((radius / PerImage(Length(x, norm), x.dim()).ClampMin(Tiny)).ClampMax_(1));
        return x.Add_(center);
    }

    /// <summary>The direction of unit length in which a loss rises fastest; overwrites the gradient. Zero stays zero.</summary>
    /// <param name="gradient">[N, ...].</param>
    /// <param name="norm">The norm the direction's length is measured in.</param>
    public static Tensor Steepest(Tensor gradient, Norm norm)
    {
        if (norm == Norm.Linf)
            return gradient.sign_();
        using var scope = NewDisposeScope();
        // Scaled first: squares of a vanishing gradient would underflow.
        gradient.div_(PerImage(Length(gradient, Norm.Linf), gradient.dim()).ClampMin(Tiny));
        return gradient.div_(PerImage(Length(gradient, Norm.L2), gradient.dim()).ClampMin(Tiny));
    }

    /// <summary>
    /// The smallest change that brings a point of the box onto the hyperplane w·x = b without leaving the box; where the box
    /// does not reach it, the change that comes nearest to it (Croce and Hein, arXiv 1907.02044, equations 4 to 6).
    /// </summary>
    /// <param name="x">[N, D] inside the box.</param>
    /// <param name="weight">w, [N, D].</param>
    /// <param name="offset">b, [N].</param>
    /// <param name="minimum">The box's lowest value.</param>
    /// <param name="maximum">The box's highest value.</param>
    /// <param name="norm">The norm the change is smallest in.</param>
    /// <returns>The change, [N, D].</returns>
    public static Tensor OntoHyperplane(Tensor x, Tensor weight, Tensor offset, double minimum, double maximum, Norm norm)
    {
        using var scope = NewDisposeScope();
        var excess = (x * weight).sum([1]) - offset;                            // [N]
        var direction = -(weight * excess.unsqueeze(1)).sign();                  // where to move each coordinate
        var room = where(direction.Gt(0), x.Rsub(maximum), x.Sub(minimum)).ClampMin_(0);
        var size = weight.abs();
        // A coordinate moves min(r·pace, room) for one common r; coordinates run out of room in the order of room / pace.
        var pace = norm == Norm.Linf ? size.Gt(0).to(x.dtype) : size;
        var (limits, order) = (room / pace.ClampMin(Tiny)).sort(1);
        var sortedSize = size.gather(1, order);
        var gains = sortedSize * room.gather(1, order);                         // reached by who has run out
        var rates = sortedSize * pace.gather(1, order);                         // still gained per unit of r
        var exhausted = gains.cumsum(1) - gains;                                // before the k-th runs out
        var moving = (rates.sum([1], keepdim: true) - rates.cumsum(1)).Add(rates);
        var needed = excess.abs().unsqueeze(1);
        var reached = exhausted.Add(moving * limits);                         // when the k-th runs out
        var enough = reached.ge(needed);
        var k = enough.to(ScalarType.Int64).argmax(1, keepdim: true);
        var r = (needed - exhausted.gather(1, k)) / moving.gather(1, k).ClampMin(Tiny);
        r = where(enough.any(1, keepdim: true), r, r.FullLike(double.PositiveInfinity));
        var step = minimum_(r * pace, room);
        return (direction * step).MoveToOuterDisposeScope();

        // Infinity times a pace of zero is no number, and no move.
        static Tensor minimum_(Tensor wanted, Tensor room) => torch.minimum(wanted.nan_to_num(0, float.MaxValue), room);
    }
}
