using Empir.Modules;

namespace Empir.Training;

/// <summary>A member that is being trained.</summary>
internal sealed record Learner(MemberCard Card, Classifier Network);
