using System.Text.Json;
using Empir.Formats;

namespace Empir.Evaluation;

/// <summary>Reads evaluation.json and refuses what no evaluation writes, so that a reader of the report need not doubt it.</summary>
internal static class EvaluationFile
{
    private static readonly JsonSerializerOptions Strict = new(MachineJson.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="UserErrorException">There is no such file, or it is of another format.</exception>
    /// <exception cref="CorruptFileException">The file is damaged.</exception>
    public static EvaluationReport Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(Bytes(path));
            var format = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("format", out var found)
                && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
            if (format != EvaluationReport.CurrentFormat)
                throw new UserErrorException(
                    $"{path} is of format {format ?? "unknown"}, this version reads {EvaluationReport.CurrentFormat}; evaluate again.");
            var report = json.Deserialize<EvaluationReport>(Strict)!;
            return Mistake(report) is { } mistake ? throw new CorruptFileException(path, mistake) : report;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new CorruptFileException(path, error.Message.TrimEnd('.'), error);
        }
    }

    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message.TrimEnd('.')}. Check its place and its permissions.", error);
        }
    }

    private static string? Mistake(EvaluationReport report)
    {
        var tables = report.Protocols.Select(protocol => protocol?.Rows).Append([report.Clean]).Append(report.Ladder ?? []).Append(report.Transfer ?? []).ToArray();
        if (tables.Any(rows => rows is null || rows.Any(row => row?.Cells is null || row.Cells.Count == 0 || row.Cells.Any(cell => cell is null))))
            return "a row of a table is missing";
        if (report.Data.Images < 1 || report.Data.Classes.Any(name => name is null))
            return "the data have no images, or a class no name";
        if (report.Protocols.Count > 0 && report.Protocols.Max(protocol => protocol.Images) != report.Data.Images)
            return "the data's images are not those of the protocol that attacks most";
        if (report.Clean.Kind != RowKind.Clean || report.Clean.Cells[^1].System != report.Ensemble)
            return "the clean row is not one of members and ensemble";
        if (report.Protocols.FirstOrDefault(protocol => !IsWhole(protocol.Rows, report.Ensemble)) is { } cut)
            return $"the protocol {cut.Protocol} is not a clean row, attacks and a worst case of members and ensemble";
        if (report.Ladder is { } ladder && (ladder.Count == 0 || ladder[0].Kind != RowKind.Clean || !ladder.Skip(1).All(IsBounded) || !HaveSystemsOf(ladder[0], ladder)))
            return "the ladder is not a clean row and a row for each radius";
        if (report.Transfer is { } transfer && (transfer.Count == 0 || !transfer.All(IsBounded) || !HaveSystemsOf(transfer[0], transfer)))
            return "the transfer matrix is not a row for each member";
        var counts = report.Protocols.Select(protocol => protocol.Images).Append(report.Data.TestImages).Append(report.HonestImages).Append(report.HonestImages);
        foreach (var (rows, images) in tables.Zip(counts))
            if (rows!.SelectMany(row => row.Cells).FirstOrDefault(cell => !Counts(cell, images)) is { } wrong)
                return $"a cell of {wrong.System} does not count {images} images";
        return report.Members.Any(member => member is null) ? "a member is missing"
            : report.Masking?.Any(check => check is null || check.Evidence.Any(figure => figure is null)) == true ? "a masking check is missing"
            : report.Examples.Any(example => !IsWhole(example, report.Data)) ? "an example is not an image of the data"
            : null;
    }

    private static bool IsWhole(IReadOnlyList<RowResult> rows, string ensemble) =>
        rows.Count >= 3 && rows[0].Kind == RowKind.Clean && rows[^1] is { Kind: RowKind.WorstCase, Threat: not null }
        && rows.Skip(1).SkipLast(1).All(row => row is { Kind: RowKind.Attack, Threat: not null })
        && rows[0].Cells[^1].System == ensemble && HaveSystemsOf(rows[0], [rows[^1]]);

    private static bool HaveSystemsOf(RowResult row, IReadOnlyList<RowResult> others) =>
        others.All(other => other.Cells.Select(cell => cell.System).SequenceEqual(row.Cells.Select(cell => cell.System)));

    private static bool IsBounded(RowResult row) => row.Threat is { } threat && double.IsFinite(threat.Epsilon);

    private static bool Counts(CellResult cell, int images) =>
        cell.Right.Length == images && cell.Right.All(image => image is '0' or '1')
        && Math.Abs(cell.Accuracy - ((double)cell.Right.Count(image => image == '1') / images)) < 1e-9;

    private static bool IsWhole(Example? example, EvaluatedData data)
    {
        if (example is null || data.Shape is not [> 0 and <= 4096, > 0 and <= 4096, > 0 and <= 4096])
            return false;
        var bytes = 4 * data.Shape.Aggregate(1L, (product, size) => product * size);
        return IsClass(example.Label) && example.Votes.Count > 0
            && example.Votes.All(vote => vote is not null && IsClass(vote.Clean) && IsClass(vote.Adversarial))
            && Length(example.Clean) == bytes && Length(example.Adversarial) == bytes;

        bool IsClass(int index) => index >= 0 && index < data.Classes.Count;
    }

    private static long? Length(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? length : null;
    }
}
