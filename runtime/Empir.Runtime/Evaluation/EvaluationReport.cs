using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Empir.Files;
using Empir.Formats;

namespace Empir.Evaluation;

/// <summary>Everything an evaluation found and everything needed to repeat it; written as evaluation.json.</summary>
/// <param name="Ensemble">The ensemble's name.</param>
/// <param name="SpecFile">The spec's path in its project.</param>
/// <param name="SpecSha256">Hash of the spec's text.</param>
/// <param name="Fusion">The fusion rule in words.</param>
/// <param name="Members">The members and their weights.</param>
/// <param name="Data">The attacked images.</param>
/// <param name="Seed">Seed of the attacks.</param>
/// <param name="Environment">What it ran on.</param>
/// <param name="Protocols">The results, one per protocol.</param>
public sealed record EvaluationReport(
    string Ensemble, string SpecFile, string SpecSha256, string Fusion, IReadOnlyList<EvaluatedMember> Members,
    EvaluatedData Data, long Seed, EvaluationEnvironment Environment, IReadOnlyList<ProtocolResult> Protocols)
{
    internal const string CurrentFormat = "empir-evaluation-5";

    /// <summary>Version of the file's layout.</summary>
    [JsonPropertyOrder(-1)]
    public string Format { get; init; } = CurrentFormat;

    /// <summary>SHA-256 of everything that decides the numbers: weights, images, attacks with their parameters, seed; not of what it ran on.</summary>
    public string TaskSha256 { get; init; } = "";

    /// <summary>Every system without an attack, on the whole test set, of which attacks can often afford only the first images.</summary>
    public RowResult Clean { get; init; } = new("clean", RowKind.Clean, null, null, []);

    /// <summary>PGD at growing radii, the clean row first: what a radius broke stays broken at a larger one. Null where it was not asked for.</summary>
    public IReadOnlyList<RowResult>? Ladder { get; init; }

    /// <summary>A row per member that images were crafted on, a cell per system that decides them; null where it was not asked for.</summary>
    public IReadOnlyList<RowResult>? Transfer { get; init; }

    /// <summary>Whether the gradients that the white-box protocol takes from the ensemble can be trusted; null where it was not asked for.</summary>
    public IReadOnlyList<MaskingCheck>? Masking { get; init; }

    /// <summary>A few images with what an attack made of them; empty where the ensemble decided none right.</summary>
    public IReadOnlyList<Example> Examples { get; init; } = [];

    /// <summary>Images of the ladder and the transfer matrix: as many as the protocols with true labels attack at most, or without one as many as any.</summary>
    [JsonIgnore]
    public int HonestImages => Protocols.Where(protocol => protocol.Labels == LabelPolicy.True).Select(protocol => protocol.Images).DefaultIfEmpty(Data.Images).Max();

    /// <summary>The report as indented JSON: no times in it, so equal runs give equal files.</summary>
    public string ToJson() => MachineJson.Of(this);

    /// <summary>Writes the report, atomically.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path) =>
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>Reads a report that <see cref="Write" /> wrote; written again it gives the same bytes.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserErrorException">There is no such file, or it is of another format.</exception>
    /// <exception cref="CorruptFileException">The file is damaged.</exception>
    public static EvaluationReport Read(string path) => EvaluationFile.Read(path);
}

/// <summary>A member as it was evaluated.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Architecture">Its architecture.</param>
/// <param name="Precision">Its precision.</param>
/// <param name="WeightsSha256">Hash of its weights; see <see cref="Training.Checkpoint.WeightsHash" />.</param>
public sealed record EvaluatedMember(string Name, string Architecture, string Precision, string WeightsSha256);

/// <summary>The images of an evaluation: the first ones of a test set.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Sha256">Content hash of the test set.</param>
/// <param name="Images">How many were attacked, of the protocol that attacked most.</param>
/// <param name="TestImages">How many the test set has.</param>
public sealed record EvaluatedData(string Dataset, string Sha256, int Images, int TestImages)
{
    /// <summary>An image's channels, height and width.</summary>
    public IReadOnlyList<int> Shape { get; init; } = [];

    /// <summary>The classes' names; labels are indices into them.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];
}

/// <summary>What an evaluation ran on: same seed, same environment, same bits.</summary>
/// <param name="Empir">Version of this library.</param>
/// <param name="TorchSharp">Version of TorchSharp.</param>
/// <param name="Libtorch">Version of libtorch.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Platform">Operating system and architecture.</param>
/// <param name="Device">Where it ran.</param>
/// <param name="Threads">Threads of libtorch.</param>
public sealed record EvaluationEnvironment(
    string Empir, string TorchSharp, string Libtorch, string Runtime, string Platform, string Device, int Threads);

/// <summary>One protocol's table.</summary>
/// <param name="Protocol">The protocol's name.</param>
/// <param name="Title">What it does, in one line.</param>
/// <param name="Labels">Which class the attacks moved away from.</param>
/// <param name="Images">How many images it attacked, from the first.</param>
/// <param name="Rows">Clean accuracy first, then a row per attack, then what is left after all bounded attacks.</param>
public sealed record ProtocolResult(string Protocol, string Title, LabelPolicy Labels, int Images, IReadOnlyList<RowResult> Rows)
{
    /// <summary>Whether an attack's row says what it and all rows before it left, rather than the attack alone.</summary>
    public bool Cumulative { get; init; }

    /// <summary>The ensemble's mean accuracy over the attacks: the paper's own summary, larger than what any one attacker leaves.</summary>
    [JsonIgnore]
    public double AverageOverAttacks => Rows.Where(row => row.Kind == RowKind.Attack).Average(row => row.Cells[^1].Accuracy);
}

/// <summary>One row of a table.</summary>
/// <param name="Name">The row's name: <c>clean</c>, an attack (adaptive: on a surface), <c>worst case</c>, or the member that images were crafted on.</param>
/// <param name="Kind">What the row is.</param>
/// <param name="Threat">The attack's threat model; null for the clean row.</param>
/// <param name="Parameters">The attack's hyper-parameters; null where there is no attack.</param>
/// <param name="Cells">One cell per column; an adaptive attack's are only those of the systems it applies to.</param>
public sealed record RowResult(
    string Name, RowKind Kind, Attacks.ThreatModel? Threat, JsonObject? Parameters, IReadOnlyList<CellResult> Cells);

/// <summary>What a row of a table is.</summary>
public enum RowKind
{
    /// <summary>No attack.</summary>
    Clean,

    /// <summary>One attack.</summary>
    Attack,

    /// <summary>Image by image, whatever survives the clean image and all attacks bounded by the threat model.</summary>
    WorstCase,
}

/// <summary>One system under one attack.</summary>
/// <param name="System">The column: a member's name, or the ensemble's.</param>
/// <param name="Surface">What the attack differentiated; null where there is no attack.</param>
/// <param name="Accuracy">Share of images decided right.</param>
/// <param name="MeanL2">Mean Euclidean change of the images that were right and no longer are; null where there is none.</param>
/// <param name="MaxLinf">Largest change of any pixel; null where no image was attacked.</param>
/// <param name="Right">One character per image, 1 where it is decided right.</param>
public sealed record CellResult(string System, string? Surface, double Accuracy, double? MeanL2, double? MaxLinf, string Right)
{
    /// <summary>Images the attack was run on; 0 where there is no attack.</summary>
    public int Tried { get; init; }

    /// <summary>What the accuracy says of images beyond these.</summary>
    public WilsonInterval Interval => WilsonInterval.Of(Right.Count(image => image == '1'), Right.Length);
}
