namespace Empir.Training;

/// <summary>Where a training run stands.</summary>
/// <param name="Member">The member's name.</param>
/// <param name="Epoch">Current epoch, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Images">Images seen in this epoch.</param>
/// <param name="EpochImages">Images of an epoch.</param>
/// <param name="Loss">Mean loss over this epoch so far.</param>
/// <param name="Accuracy">Share of right predictions on the training batches of this epoch so far.</param>
public sealed record TrainingProgress(
    string Member, int Epoch, int Epochs, long Images, long EpochImages, double Loss, double Accuracy);
