using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>
/// Which of the training images train and which validate. The split depends on their numbers alone: it is the same for every
/// member, so that what chooses one member's epoch never trained another's.
/// </summary>
/// <param name="Training">Indices of the images that train.</param>
/// <param name="Validation">Indices of those set aside.</param>
internal sealed record ImageSplit(long[] Training, long[] Validation)
{
    /// <summary>Splits.</summary>
    /// <param name="count">How many images there are.</param>
    /// <param name="validation">How many are set aside.</param>
    /// <exception cref="UserErrorException">No image would be left to train on.</exception>
    public static ImageSplit Of(int count, int validation)
    {
        if (validation == 0)
            return new([.. Enumerable.Range(0, count).Select(index => (long)index)], []);
        if (validation >= count)
            throw new UserErrorException($"validation {validation}: there are only {count} training images to set them aside from. Lower it, or train on more.");
        using var random = new Generator(0, CPU);
        using var shuffled = randperm(count, generator: random);
        var order = shuffled.data<long>().ToArray();
        return new([.. order[validation..].Order()], [.. order[..validation].Order()]);
    }
}
