namespace Empir.Training;

/// <summary>How the members of an ensemble are trained; the spec's <c>training</c> section.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="BatchSize">Images per step; the last batch of an epoch is filled up with images seen before.</param>
/// <param name="Optimizer">The optimiser.</param>
/// <param name="LabelSmoothing">PyTorch's label_smoothing s: the target is (1 - s)·onehot + s/classes.</param>
public sealed record TrainingSettings(
    string Dataset, int Epochs, int BatchSize, AdamSettings Optimizer, double LabelSmoothing = 0);

/// <summary>Adam (Kingma and Ba, 2015) with the paper's settings as defaults.</summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
public sealed record AdamSettings(
    double LearningRate = 0.001, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8);
