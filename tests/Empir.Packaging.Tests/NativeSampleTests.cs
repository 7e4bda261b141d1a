using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Empir.Packaging.Tests;

/// <summary>examples/PackedSample, compiled ahead of time as docs/deployment.md says, where this machine has what that needs.</summary>
public sealed class NativeSampleTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("empir-native-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeFact]
    public async Task ItDecidesAsTheSameProgramOnTheRuntimeDoes()
    {
        var project = Path.Combine(Repository.Root, "examples", "PackedSample");
        var model = Path.Combine(Repository.Root, "examples", "Zoo", "Trained", "MnistEmpir", "MnistEmpir.empirpack");
        string[] images = [.. Enumerable.Range(0, 8).Select(Image)];
        // Nothing of it goes where the build of these tests lies.
        var output = await DotNet.Succeed(
            folder, "publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", Path.Combine(folder, "native"), "--artifacts-path", Path.Combine(folder, "artifacts"));
        // Trimming and compiling ahead of time have nothing to say of it.
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);

        var native = Run(Path.Combine(folder, "native", "PackedSample"), [model, .. images]);
        var managed = Run("dotnet", [Path.Combine(project, "bin", Repository.Configuration, "net10.0", "PackedSample.dll"), model, .. images]);

        Assert.Equal((0, ""), (native.ExitCode, native.Error));
        Assert.Equal(managed, native);
        // Several classes: not every image is the same one.
        Assert.True(native.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ")[1]).Distinct().Count() > 1);
        Assert.Equal(images.Length, native.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var refused = Run(Path.Combine(folder, "native", "PackedSample"), [Image(0), model]);
        Assert.Equal((2, ""), (refused.ExitCode, refused.Out));
        Assert.Single(refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    // In turn a stroke through the middle, each at another slope, and a ring, each of another size.
    private string Image(int which)
    {
        var pixels = new byte[28 * 28];
        for (var y = 4; y < 24; y++)
        {
            for (var x = 4; x < 24; x++)
            {
                var (right, down) = (x - 13.5, y - 13.5);
                var distance = which % 2 == 0 ? Math.Abs(right - (down * (which - 4) / 4)) : Math.Abs(Math.Sqrt((right * right) + (down * down)) - 5 - (which / 2.0));
                pixels[(y * 28) + x] = (byte)(distance < 1.5 ? 255 : 0);
            }
        }
        var path = Path.Combine(folder, $"{which}.pgm");
        File.WriteAllBytes(path, [.. "P5\n28 28\n255\n"u8, .. pixels]);
        return path;
    }

    private static (int ExitCode, string Out, string Error) Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}

/// <summary>A fact about a native program: it needs .NET's compiler, which is a package, and on Linux a linker.</summary>
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute()
    {
        var compiler = Path.Combine(Repository.PackageFolder, $"runtime.{RuntimeInformation.RuntimeIdentifier}.microsoft.dotnet.ilcompiler");
        if (!Directory.Exists(compiler))
            Skip = "This machine has no package of .NET's native compiler; 'dotnet publish examples/PackedSample -r RID' restores it.";
        else if (OperatingSystem.IsLinux() && !File.Exists("/usr/bin/clang") && !File.Exists("/usr/bin/gcc"))
            Skip = "This machine has no linker.";
    }
}
