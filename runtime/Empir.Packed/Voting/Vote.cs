using System.Runtime.CompilerServices;

namespace Empir.Packed.Voting;

/// <summary>
/// An ensemble's decision on one image. Members are asked one after another, and <see cref="IsDecided" /> says when what the
/// others say can no longer change it. Sums run over the members in the spec's order, whichever order they are asked in.
/// </summary>
internal abstract class Vote
{
    /// <summary>The vote of a fusion rule.</summary>
    /// <param name="model">The ensemble.</param>
    /// <param name="isEven">Whether every decision has to cost the same.</param>
    public static Vote Of(PackedModel model, bool isEven = false) => model.Fusion switch
    {
        PackedMajority majority => new MajorityVote(model.Members.Count, model.Classes, majority.TieBreak, isEven),
        PackedWeightedSum sum => new WeightedVote(model.Classes, sum),
        _ => new ConfidenceVote(model.Members.Count, model.Classes),
    };

    /// <summary>Whether the members that were not asked cannot change the decision.</summary>
    /// <param name="logits">[members, classes] of this image; only rows of asked members count.</param>
    /// <param name="asked">Which members were asked.</param>
    public abstract bool IsDecided(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked);

    /// <summary>The decision, once it is decided or everybody was asked.</summary>
    /// <inheritdoc cref="IsDecided" />
    public abstract int Decide(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked);

    /// <summary>The index of the largest value, of equal ones the first; what is not a number is the smallest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static int Largest<T>(ReadOnlySpan<T> values) where T : IComparable<T>
    {
        var largest = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i].CompareTo(values[largest]) > 0)
                largest = i;
        }
        return largest;
    }

    /// <summary>Adds weight·softmax(logits); nothing where that is not a number, so that no member weighs more than its weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static void AddProbabilities(ReadOnlySpan<float> logits, double weight, Span<double> sum)
    {
        Span<double> powers = stackalloc double[logits.Length];
        double largest = logits[Largest(logits)], total = 0;
        for (var c = 0; c < powers.Length; c++)
            total += powers[c] = Math.Exp(logits[c] - largest);
        if (double.IsNaN(total))
            return;
        for (var c = 0; c < powers.Length; c++)
            sum[c] += weight * powers[c] / total;
    }
}

/// <summary>The class with the most votes.</summary>
internal sealed class MajorityVote(int members, int classes, int? tieBreak, bool isEven = false) : Vote
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override bool IsDecided(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked)
    {
        Span<int> counts = stackalloc int[classes];
        var open = members - Count(logits, asked, counts);
        var leader = Largest<int>(counts);
        if (open == 0)
            return true;
        // Even if all the others chose the same rival, it would have fewer votes. Equally many is a tie, which is open.
        for (var c = 0; c < classes; c++)
        {
            if (c != leader && counts[c] + open >= counts[leader])
                return false;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Decide(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked)
    {
        Span<int> counts = stackalloc int[classes];
        Count(logits, asked, counts);
        var most = counts[Largest<int>(counts)];
        // Where every decision has to cost the same, a leader too waits for the scores that decide a tie.
        if (!isEven && counts.Count(most) == 1)
            return counts.IndexOf(most);
        Span<double> scores = stackalloc double[classes];
        for (var m = 0; m < members; m++)
        {
            var own = logits.Slice(m * classes, classes);
            if (tieBreak is null)
                AddProbabilities(own, 1, scores);
            for (var c = 0; m == tieBreak && c < classes; c++)
                scores[c] = own[c];
        }
        var best = counts.IndexOf(most);
        for (var c = best + 1; c < classes; c++)
        {
            if (counts[c] == most && scores[c].CompareTo(scores[best]) > 0)
                best = c;
        }
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Count(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked, Span<int> counts)
    {
        counts.Clear();
        var total = 0;
        for (var m = 0; m < members; m++)
        {
            if (!asked[m])
                continue;
            counts[Largest(logits.Slice(m * classes, classes))]++;
            total++;
        }
        return total;
    }
}

/// <summary>The class with the highest weighted sum of probabilities or logits.</summary>
internal sealed class WeightedVote(int classes, PackedWeightedSum fusion) : Vote
{
    // Far above what rounding does to a sum of probabilities in double precision.
    private const double Rounding = 1e-9;

    private readonly double[] weights = [.. fusion.Weights];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override bool IsDecided(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked)
    {
        var (open, all) = (0.0, 0.0);
        for (var m = 0; m < weights.Length; m++)
        {
            open += asked[m] ? 0 : Math.Abs(weights[m]);
            all += Math.Abs(weights[m]);
        }
        if (!asked.Contains(false))
            return true;
        // Nothing bounds a logit. The difference of two of a member's probabilities is at most 1.
        if (!fusion.Probabilities)
            return false;
        Span<double> sum = stackalloc double[classes];
        Sum(logits, asked, sum);
        var leader = Largest<double>(sum);
        for (var c = 0; c < classes; c++)
        {
            if (c != leader && sum[leader] - sum[c] <= open + (Rounding * all))
                return false;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Decide(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked)
    {
        Span<double> sum = stackalloc double[classes];
        Sum(logits, asked, sum);
        return Largest<double>(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked, Span<double> sum)
    {
        sum.Clear();
        for (var m = 0; m < weights.Length; m++)
        {
            if (!asked[m])
                continue;
            var own = logits.Slice(m * classes, classes);
            if (fusion.Probabilities)
                AddProbabilities(own, weights[m], sum);
            for (var c = 0; !fusion.Probabilities && c < classes; c++)
                sum[c] += weights[m] * own[c];
        }
    }
}

/// <summary>The class of the most confident member. Whoever was not asked could be more confident, so everybody is.</summary>
internal sealed class ConfidenceVote(int members, int classes) : Vote
{
    public override bool IsDecided(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked) => !asked.Contains(false);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Decide(ReadOnlySpan<float> logits, ReadOnlySpan<bool> asked)
    {
        Span<double> probabilities = stackalloc double[classes];
        Span<double> confidence = stackalloc double[members];
        Span<int> votes = stackalloc int[members];
        for (var m = 0; m < members; m++)
        {
            probabilities.Clear();
            AddProbabilities(logits.Slice(m * classes, classes), 1, probabilities);
            votes[m] = Largest<double>(probabilities);
            confidence[m] = probabilities[votes[m]];
        }
        return votes[Largest<double>(confidence)];
    }
}
