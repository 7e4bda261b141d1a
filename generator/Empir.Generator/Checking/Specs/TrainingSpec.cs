using Empir.Generator.Values;

namespace Empir.Generator.Checking.Specs;

/// <summary>How the members are trained; what is null is the runtime's default.</summary>
internal sealed record TrainingSpec(
    string Dataset, long Epochs, long BatchSize, double LabelSmoothing, ValueSpec Optimizer, ValueSpec? Schedule,
    double? GradientClip, ValueSpec? Augmentation, long? Validation, ValueSpec? Recipe);

/// <summary>A value of a class of the runtime, with the arguments that the spec gives.</summary>
internal sealed record ValueSpec(string Class, EquatableArray<ValueArgument> Arguments);

/// <summary>An argument: a number, a truth value, whole numbers, a <see cref="WordValue" /> or a <see cref="MemberValue" />.</summary>
internal sealed record ValueArgument(string Name, object Value);

/// <summary>A value of an enumeration of the runtime.</summary>
internal sealed record WordValue(string Enumeration, string Name);

/// <summary>A member of the ensemble, by name.</summary>
internal sealed record MemberValue(string Name);
