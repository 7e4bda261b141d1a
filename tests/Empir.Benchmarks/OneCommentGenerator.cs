using Microsoft.CodeAnalysis;

namespace Empir.Benchmarks;

/// <summary>The least that a generator over files can do: a comment per file. What it costs is the driver's.</summary>
internal sealed class OneCommentGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(
        context.AdditionalTextsProvider.Select((file, cancellation) => (file.Path, Text: file.GetText(cancellation)!.ToString())),
        (output, file) => output.AddSource(Path.GetFileName(file.Path), $"// {file.Text.Length} characters"));
}
