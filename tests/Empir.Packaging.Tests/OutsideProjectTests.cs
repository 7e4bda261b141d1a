using System.Text.RegularExpressions;

namespace Empir.Packaging.Tests;

[Collection(SharedPackages.Name)]
public class OutsideProjectTests(OutsideProject project) : IClassFixture<OutsideProject>
{
    private string Schema => project[Path.Combine(".empir", "empir.schema.json")];

    [Fact]
    public void TheReadmesProjectShowsItsCardAndPredicts()
    {
        Assert.StartsWith("DigitsEmpir\ninput 1 x 28 x 28, pixels from 0 to 1; 10 classes\n", project.Output, StringComparison.Ordinal);
        Assert.Contains("\nlow_a   Net low   w2 a4 ", project.Output, StringComparison.Ordinal);
        Assert.Matches(@"\na random image is class \d of 10\r?\n$", project.Output);
    }

    [Fact]
    public async Task AMistakeInASpecIsACompileErrorAtItsPlace()
    {
        var mistaken = project["mistaken.empir.yaml"];
        var spec = (await File.ReadAllTextAsync(project["digits.empir.yaml"]))
            .Replace("DigitsEmpir", "MistakenEmpir", StringComparison.Ordinal).Replace("kernel_size", "kernal_size", StringComparison.Ordinal);
        var before = spec[..spec.IndexOf("kernal_size", StringComparison.Ordinal)].Split('\n');
        await File.WriteAllTextAsync(mistaken, spec);
        try
        {
            var (exitCode, output) = await project.Run("build", "--no-restore");

            Assert.Equal(1, exitCode);
            Assert.Contains(
                $"{mistaken}({before.Length},{before[^1].Length + 1}): error EMPIR1006: Unknown key 'kernal_size' in a conv2d layer. Did you mean 'kernel_size'?",
                output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(mistaken);
        }
    }

    [Fact]
    public async Task TheSchemaIsCopiedWhereTheSpecsFirstLineLooksForItAndWrittenAgainOnlyIfItDiffers()
    {
        var schema = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "specs", "empir.schema.json"));
        var modeline = Regex.Match(File.ReadLines(project["digits.empir.yaml"]).First(), @"^# yaml-language-server: \$schema=(.+)$").Groups[1].Value;
        Assert.Equal(schema, await File.ReadAllTextAsync(project[modeline]));

        var longAgo = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Schema, longAgo);
        await project.Run("msbuild", "-t:CopyEmpirSchema");
        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(Schema));

        await File.WriteAllTextAsync(Schema, "{}");
        await project.Run("msbuild", "-t:CopyEmpirSchema", "-p:EmpirCopySchema=false");
        Assert.Equal("{}", await File.ReadAllTextAsync(Schema));

        await project.Run("msbuild", "-t:CopyEmpirSchema");
        Assert.Equal(schema, await File.ReadAllTextAsync(Schema));
    }

    [Fact]
    public async Task AnOlderCompilerIsAReadableError()
    {
        var (exitCode, output) = await project.Run("msbuild", "-t:CheckEmpirCompiler", "-p:CompilerApiVersion=roslyn4.8");

        Assert.Equal(1, exitCode);
        Assert.Contains("error EMPIR0100: Empir needs the C# compiler 4.14 or newer, and this build uses 4.8;", output, StringComparison.Ordinal);
        Assert.StartsWith("4.14.", Repository.VersionOf("Microsoft.CodeAnalysis.CSharp"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("roslyn4.14")]
    [InlineData("roslyn4.8-beta")]
    [InlineData("")]
    public async Task ACompilerOfItsAgeOrOfAnUnknownOneIsLetPass(string version) =>
        Assert.Equal(0, (await project.Run("msbuild", "-t:CheckEmpirCompiler", $"-p:CompilerApiVersion={version}")).ExitCode);
}
