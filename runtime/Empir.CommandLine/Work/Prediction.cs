namespace Empir.CommandLine.Work;

/// <summary>What one member makes of an image.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Class">Its class, by name or number.</param>
/// <param name="Probability">How likely it takes that class to be.</param>
internal sealed record MemberVote(string Member, string Class, double Probability);

/// <summary>An ensemble's decision on one file.</summary>
/// <param name="File">The file.</param>
/// <param name="Class">Its class, by name or number.</param>
/// <param name="Index">The class's number.</param>
/// <param name="Probability">The members' mean probability of that class.</param>
/// <param name="Votes">The members' own.</param>
internal sealed record Prediction(string File, string Class, int Index, double Probability, IReadOnlyList<MemberVote> Votes)
{
    /// <param name="files">The files.</param>
    /// <param name="members">The members' names.</param>
    /// <param name="names">The classes' names; null for numbers.</param>
    /// <param name="decided">The ensemble's class for each file.</param>
    /// <param name="logits">[members, files, classes].</param>
    public static IReadOnlyList<Prediction> Of(
        IReadOnlyList<string> files, IReadOnlyList<string> members, IReadOnlyList<string>? names, int[] decided, float[] logits)
    {
        var classes = logits.Length / members.Count / files.Count;
        return [.. files.Select((file, image) =>
        {
            var each = members.Select((_, member) => Softmax(logits.AsSpan(((member * files.Count) + image) * classes, classes))).ToArray();
            return new Prediction(
                file, Name(decided[image]), decided[image], each.Average(probabilities => probabilities[decided[image]]),
                [.. members.Zip(each, (member, probabilities) =>
                {
                    var vote = Array.IndexOf(probabilities, probabilities.Max());
                    return new MemberVote(member, Name(vote), probabilities[vote]);
                })]);
        })];

        string Name(int index) => names is null ? $"{index}" : names[index];
    }

    private static double[] Softmax(ReadOnlySpan<float> logits)
    {
        var powers = new double[logits.Length];
        double largest = logits[0], total = 0;
        foreach (var logit in logits)
            largest = Math.Max(largest, logit);
        for (var i = 0; i < powers.Length; i++)
            total += powers[i] = Math.Exp(logits[i] - largest);
        for (var i = 0; i < powers.Length; i++)
            powers[i] /= total;
        return powers;
    }
}
