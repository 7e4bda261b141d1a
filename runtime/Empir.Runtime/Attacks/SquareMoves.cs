using static Empir.Tensors.ScalarOperations;
using static TorchSharp.torch;

namespace Empir.Attacks;

/// <summary>Where Square starts and what it tries, in one norm. Each image's choices come from a sequence of its own.</summary>
/// <param name="whole">The run, for its images' shape and its start.</param>
/// <param name="randoms">One sequence per image.</param>
internal abstract class SquareMoves(AttackRun whole, ImageRandom[] randoms)
{
    /// <summary>The run's images when the attack began.</summary>
    protected AttackRun Whole { get; } = whole;

    /// <summary>One sequence per image still attacked.</summary>
    protected ImageRandom[] Randoms { get; } = randoms;

    private long Height => Whole.Images.shape[2];

    private long Width => Whole.Images.shape[3];

    protected long Channels => Whole.Images.shape[1];

    public static SquareMoves For(AttackRun run, long draw) =>
        run.Threat.Norm == Norm.Linf ? new Linf(run, run.Randoms(draw)) : new L2(run, run.Randoms(draw));

    /// <summary>The first images.</summary>
    public abstract Tensor Start();

    /// <summary>The next images to try.</summary>
    /// <param name="run">The images still attacked.</param>
    /// <param name="x">Where they are, [n, C, H, W]; not changed.</param>
    /// <param name="share">Share of the area that a square covers.</param>
    public abstract Tensor Next(AttackRun run, Tensor x, double share);

    /// <summary>The moves of the images that stay.</summary>
    public SquareMoves Keep(Tensor kept)
    {
        long[] rows = [.. kept.cpu().data<long>()];
        return With([.. rows.Select(row => Randoms[row])]);
    }

    protected abstract SquareMoves With(ImageRandom[] randoms);

    /// <summary>Side of a square, at least <paramref name="least" /> and smaller than the image.</summary>
    protected long Side(double share, long least) =>
        Math.Clamp((long)Math.Round(Math.Sqrt(share * Height * Width)), Math.Min(least, Math.Min(Height, Width)), Math.Max(1, Math.Min(Height, Width) - 1));

    /// <summary>A square somewhere in each image.</summary>
    protected Window Place(long side) => new(
        Numbers(random => random.Next(Height - side + 1)), Numbers(random => random.Next(Width - side + 1)), side, Height, Width);

    /// <summary>A sign for every image and channel, [n, C, 1, 1].</summary>
    protected Tensor Signs(long columns = 1)
    {
        var signs = new double[Randoms.Length * Channels * columns];
        for (var i = 0; i < signs.Length; i++)
            signs[i] = Randoms[i / (Channels * columns)].NextSign();
        return tensor(signs, dtype: Whole.Images.dtype, device: Whole.Images.device).view(-1, Channels, 1, columns);
    }

    protected Tensor Numbers(Func<ImageRandom, long> of) =>
        tensor([.. Randoms.Select(of)], device: Whole.Images.device).view(-1, 1, 1, 1);

    /// <summary>A square in each image, by its rows and columns counted from the square's corner.</summary>
    protected sealed class Window
    {
        public Window(Tensor top, Tensor left, long side, long height, long width)
        {
            Row = Arange(height, top.device).view(1, 1, -1, 1) - top;
            Column = Arange(width, top.device).view(1, 1, 1, -1) - left;
            Mask = Row.Ge(0).logical_and(Row.Lt(side)).logical_and(Column.Ge(0)).logical_and(Column.Lt(side));
        }

        /// <summary>[n, 1, H, 1].</summary>
        public Tensor Row { get; }

        /// <summary>[n, 1, 1, W].</summary>
        public Tensor Column { get; }

        /// <summary>[n, 1, H, W], booleans.</summary>
        public Tensor Mask { get; }
    }

    /// <summary>Stripes, then squares that go to one side of the ball (algorithm 2).</summary>
    private sealed class Linf(AttackRun whole, ImageRandom[] randoms) : SquareMoves(whole, randoms)
    {
        public override Tensor Start()
        {
            using var scope = NewDisposeScope();
            return Whole.Project(Whole.Images.Add(Signs(Whole.Images.shape[3]) * Whole.Reach)).MoveToOuterDisposeScope();
        }

        public override Tensor Next(AttackRun run, Tensor x, double share)
        {
            var window = Place(Side(share, 1));
            return run.Project(x.Add((window.Mask.to(x.dtype) * Signs() * run.Reach).Mul(2)));
        }

        protected override SquareMoves With(ImageRandom[] randoms) => new Linf(Whole, randoms);
    }

    /// <summary>Pyramids whose whole length is the radius; a move takes one square's share of it to another (algorithm 3).</summary>
    private sealed class L2(AttackRun whole, ImageRandom[] randoms) : SquareMoves(whole, randoms)
    {
        private const double Tiny = 1e-12;

        public override Tensor Start()
        {
            using var scope = NewDisposeScope();
            var (height, width) = (Whole.Images.shape[2], Whole.Images.shape[3]);
            var side = Math.Max(1, Math.Min(height, width) / 5);
            var change = zeros_like(Whole.Images);
            for (var top = (height % side) / 2; top + side <= height; top += side)
                for (var left = (width % side) / 2; left + side <= width; left += side)
                {
                    var window = new Window(Numbers(_ => top), Numbers(_ => left), side, height, width);
                    change.Add_(Pattern(window, side, change) * Signs());
                }
            return Stretched(Whole, change).MoveToOuterDisposeScope();
        }

        public override Tensor Next(AttackRun run, Tensor x, double share)
        {
            var side = Math.Min(Side(share, 3) | 1, Math.Min(x.shape[2], x.shape[3]));
            var (target, source) = (Place(side), Place(side));
            var (inTarget, inSource) = (target.Mask.to(x.dtype), source.Mask.to(x.dtype));
            var change = x - run.Images;
            var total = change.Square().sum([1, 2, 3], keepdim: true);
            // What the two squares hold, and what the box had cut off the radius, is the new square's.
            var free = (run.Reach.Square() - total).ClampMin(0).Div(Channels);
            var either = inTarget.maximum(inSource);
            var held = (change * either).Square().sum([2, 3], keepdim: true);
            var old = change * inTarget;
            var fresh = (Pattern(target, side, x) * Signs()).Add(old / Length(old).Add(Tiny));
            fresh = fresh * inTarget / Length(fresh * inTarget).Add(Tiny) * free.Add(held).sqrt();
            return Stretched(run, (change * either.Rsub(1)).Add(fresh));
        }

        protected override SquareMoves With(ImageRandom[] randoms) => new L2(Whole, randoms);

        private static Tensor Length(Tensor channels) => channels.Square().sum([2, 3], keepdim: true).sqrt();

        private static Tensor Stretched(AttackRun run, Tensor change)
        {
            var length = Projections.PerImage(Projections.Length(change, Norm.L2), change.dim());
            return run.Project(run.Images.Add(change / length.Add(Tiny) * run.Reach));
        }

        // Two pyramids side by side, one up and one down, of length 1 together; lying or standing at random.
        private Tensor Pattern(Window window, long side, Tensor like)
        {
            var pattern = new double[side, side];
            var half = side / 2;
            Pyramid(pattern, 0, half, side, 1);
            Pyramid(pattern, half, side - half, side, -1);
            var values = tensor(pattern, like.dtype, like.device);
            values /= values.norm();
            var (row, column) = (window.Row.Clamp(0, side - 1), window.Column.Clamp(0, side - 1));
            var stands = Numbers(random => random.Next(2)).Eq(1);
            return values.take(where(stands, column.Mul(side).Add(row), row.Mul(side).Add(column))) * window.Mask.to(like.dtype);
        }

        // Nested rectangles around the middle, the k-th weighing 1 / k².
        private static void Pyramid(double[,] pattern, long top, long height, long width, int sign)
        {
            if (height == 0)
                return;
            var (row, column) = (height / 2, width / 2);
            for (var ring = 0; ring < Math.Max(height, width); ring++)
                for (var i = Math.Max(0, row - ring); i <= Math.Min(height - 1, row + ring); i++)
                    for (var j = Math.Max(0, column - ring); j <= Math.Min(width - 1, column + ring); j++)
                        pattern[top + i, j] += sign / Math.Pow(ring + 1, 2);
        }
    }
}
