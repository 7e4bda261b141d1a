using System.Text.Json.Serialization;
using Empir.Training.Recipes;
using static TorchSharp.torch;

namespace Empir.Training;

/// <summary>How far an epoch is, and its sums so far; an interrupted run's state has it, so that the epoch's means are of all its batches.</summary>
internal sealed class EpochTally
{
    /// <summary>Batches done, which are all of one size.</summary>
    public long Batches { get; set; }

    /// <summary>Sum of their losses.</summary>
    public double Losses { get; set; }

    /// <summary>Images decided right, by member, and how many there were; of the recipe's clean ones.</summary>
    public long[] CleanRight { get; set; } = [];

    /// <inheritdoc cref="CleanRight" />
    public long CleanSeen { get; set; }

    /// <summary>The same of the attacked ones.</summary>
    public long[] AttackedRight { get; set; } = [];

    /// <inheritdoc cref="AttackedRight" />
    public long AttackedSeen { get; set; }

    /// <summary>How long the batches took.</summary>
    public double Seconds { get; set; }

    /// <summary>Of no batch yet.</summary>
    /// <param name="members">Members trained together.</param>
    public static EpochTally Empty(int members) => new() { CleanRight = new long[members], AttackedRight = new long[members] };

    /// <summary>What is told of a member.</summary>
    [JsonIgnore]
    public double Loss => Losses / Batches;

    /// <inheritdoc cref="Loss" />
    public double? Clean(int member) => Share(CleanRight[member], CleanSeen);

    /// <inheritdoc cref="Loss" />
    public double? Attacked(int member) => Share(AttackedRight[member], AttackedSeen);

    /// <summary>Adds a batch.</summary>
    public void Add(double value, BatchLoss batch, Tensor labels)
    {
        Losses += value;
        Batches++;
        CleanSeen += Count(CleanRight, batch.Clean, labels);
        AttackedSeen += Count(AttackedRight, batch.Adversarial, labels);
    }

    private static long Count(long[] right, Tensor[]? logits, Tensor labels)
    {
        if (logits is null)
            return 0;
        for (var member = 0; member < right.Length; member++)
            right[member] += logits[member].argmax(-1).eq(labels).sum().ReadInt64();
        return labels.shape[0];
    }

    private static double? Share(long right, long seen) => seen == 0 ? null : (double)right / seen;
}
