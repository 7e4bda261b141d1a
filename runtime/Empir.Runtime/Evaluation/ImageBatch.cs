namespace Empir.Evaluation;

/// <summary>The images of one batch: the next ones that are to be attacked, however far apart they lie in the dataset.</summary>
/// <param name="Images">Their indices in the dataset, rising.</param>
/// <param name="End">The image at which the next batch begins; all between that are not in this one are passed over.</param>
internal sealed record ImageBatch(IReadOnlyList<long> Images, int End)
{
    /// <summary>The next batch, empty where there is nothing left to attack.</summary>
    /// <param name="tried">One character per image, 1 where it is to be attacked.</param>
    /// <param name="first">Where to begin.</param>
    /// <param name="size">Images at most.</param>
    public static ImageBatch Next(string tried, int first, int size)
    {
        var images = new List<long>();
        var end = first;
        for (; end < tried.Length && (images.Count < size || tried[end] != '1'); end++)
            if (tried[end] == '1')
                images.Add(end);
        return new(images, end);
    }
}
