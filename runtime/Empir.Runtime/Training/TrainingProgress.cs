namespace Empir.Training;

/// <summary>Where a training run stands.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Epoch">Current epoch, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Images">Images seen in this epoch.</param>
/// <param name="EpochImages">Images of an epoch.</param>
/// <param name="Loss">Mean loss over this epoch so far.</param>
/// <param name="Accuracy">Share of right predictions on this epoch's clean training images so far; null where the recipe looks at none.</param>
/// <param name="AdversarialAccuracy">The same on the attacked ones; null where it attacks none.</param>
/// <param name="ValidationAccuracy">Accuracy on the validation images after the last whole epoch; null without any.</param>
/// <param name="ValidationAdversarialAccuracy">The same under attack; null where the recipe attacks none.</param>
public sealed record TrainingProgress(
    string Member, int Epoch, int Epochs, long Images, long EpochImages, double Loss, double? Accuracy,
    double? AdversarialAccuracy = null, double? ValidationAccuracy = null, double? ValidationAdversarialAccuracy = null);
