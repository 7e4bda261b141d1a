namespace Empir.Data;

/// <summary>What a dataset is known by wherever its files come from and however they are packed: see <see cref="ImageDataset.Hash" />.</summary>
/// <param name="Train">SHA-256 of the training images and labels, hexadecimal.</param>
/// <param name="Test">Of the test images and labels.</param>
public sealed record PublishedImages(string Train, string Test);
