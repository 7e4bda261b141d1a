using System.Text.Json.Serialization;

namespace Empir.Packed;

/// <summary>How the members' logits become one decision.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "rule")]
[JsonDerivedType(typeof(PackedMajority), "majority")]
[JsonDerivedType(typeof(PackedWeightedSum), "weighted")]
[JsonDerivedType(typeof(PackedMaxConfidence), "max_confidence")]
public abstract record PackedFusion;

/// <summary>
/// The class with the most votes; among equally many, the one the tie-break member scores highest, or without such a member
/// the one with the highest mean probability.
/// </summary>
/// <param name="TieBreak">Index of the tie-break member, or null.</param>
public sealed record PackedMajority(int? TieBreak = null) : PackedFusion;

/// <summary>The class with the highest weighted sum of probabilities or logits; an average has equal weights.</summary>
/// <param name="Probabilities">Whether probabilities are summed, not logits.</param>
/// <param name="Weights">One weight per member.</param>
public sealed record PackedWeightedSum(bool Probabilities, IReadOnlyList<double> Weights) : PackedFusion;

/// <summary>The class of the member whose highest probability is the largest; of equally confident ones, the first.</summary>
public sealed record PackedMaxConfidence : PackedFusion;
