namespace Empir.Data;

/// <summary>A dataset's two parts; disposing it disposes both.</summary>
/// <param name="Train">What networks learn from.</param>
/// <param name="Test">What they are judged by.</param>
public sealed record DatasetSplit(ImageDataset Train, ImageDataset Test) : IDisposable
{
    /// <inheritdoc />
    public void Dispose()
    {
        Train.Dispose();
        Test.Dispose();
    }
}
