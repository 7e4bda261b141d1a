using System.Reflection;
using System.Runtime.InteropServices;
using Empir.Files;

namespace Empir.Native;

/// <summary>Finds libtorch and the wrapper on Linux, corrects the wrapper if it must be, and loads both.</summary>
internal static unsafe class LinuxLoader
{
    private const string Cpu = "libtorch_cpu.so", Cuda = "libtorch_cuda.so";

    /// <summary>Loads both and notes in the report what was found and done, as far as it gets.</summary>
    /// <exception cref="UserErrorException">Something is missing or does not fit.</exception>
    public static void Load(ref NativeReport report)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            throw new NativeLoadException($"TorchSharp has no libraries for Linux on {RuntimeInformation.ProcessArchitecture}; use an x64 machine.");
        var application = LibtorchSearch.ApplicationFolders();
        var wrapper = LibtorchSearch.FindWrapper(application);
        report = report with { Wrapper = RealPath(wrapper) };
        var libtorch = LibtorchSearch.FindLibtorch(Environment.GetEnvironmentVariable(LibtorchSearch.Variable), application);
        report = report with { LibtorchFolder = libtorch.Path, LibtorchReason = libtorch.Reason };

        RefuseSecondCopy(Path.Combine(libtorch.Path, Cpu));
        LoadedLibrary.Load(Path.Combine(libtorch.Path, LibtorchSearch.Libtorch));
        var cpu = LoadedLibrary.Load(Path.Combine(libtorch.Path, Cpu));
        report = report with { TorchVersion = CheckVersion(cpu, libtorch) };
        TurnOffNnpack(cpu);
        var cuda = File.Exists(Path.Combine(libtorch.Path, Cuda)) ? LoadedLibrary.Load(Path.Combine(libtorch.Path, Cuda)) : null;

        LoadWrapper(wrapper, ref report);
        StartTorchSharp(DeviceType.CPU, cpu, Cpu, libtorch, application);
        if (cuda is not null)
            StartTorchSharp(DeviceType.CUDA, cuda, Cuda, libtorch, application);
    }

    // Two copies of libtorch in one process register the same operators twice, and that ends it.
    private static void RefuseSecondCopy(string path)
    {
        if (ProcessMap.PathOf(Cpu) is { } loaded && loaded != RealPath(path))
        {
            throw new NativeLoadException(
                $"libtorch is already loaded from {loaded}, so {path} cannot be; use Empir, or NativeLibraries.EnsureLoaded(), before TorchSharp.");
        }
    }

    // A libtorch of another version may have other functions: found out now, it is a message and not a crash.
    private static string? CheckVersion(LoadedLibrary cpu, FoundFolder libtorch)
    {
        // The version is in the three highest bytes; libtorch has told it since 2.1.
        var function = (delegate* unmanaged<ulong>)cpu.Function("aoti_torch_abi_version");
        var number = function is null ? 0 : function();
        var version = number == 0 ? null : new Version((byte)(number >> 56), (byte)(number >> 48), (byte)(number >> 40));
        var wanted = typeof(torch).GetField("libtorchPackageVersion", BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue();
        if (Version.TryParse(wanted as string, out var needed)
            && (version?.Major, version?.Minor) != (needed.Major, needed.Minor)
            && Environment.GetEnvironmentVariable(LibtorchSearch.UncheckedVariable) != "1")
        {
            throw new NativeLoadException(
                $"The libtorch in {libtorch.Path} is {(version is null ? "of an older version" : $"version {version}")}, and TorchSharp needs {needed.Major}.{needed.Minor}; install PyTorch {needed.Major}.{needed.Minor}, or leave {LibtorchSearch.Variable} unset. To try it all the same, set {LibtorchSearch.UncheckedVariable}=1.");
        }
        return version?.ToString();
    }

    // libtorch asks NNPACK for a few small convolutions; on processors that hide their caches it only warns, at every one, and elsewhere it
    // sums by Winograd's algorithm, in other last bits. The setting is PyTorch's torch.backends.nnpack, which TorchSharp does not have.
    private static void TurnOffNnpack(LoadedLibrary cpu)
    {
        var context = (delegate* unmanaged<nint>)cpu.Function("_ZN2at13globalContextEv");
        var set = (delegate* unmanaged<nint, byte, void>)cpu.Function("_ZN2at7Context20setUserEnabledNNPACKEb");
        if (context is not null && set is not null)
            set(context(), 0);
    }

    private static void LoadWrapper(string path, ref NativeReport report)
    {
        var library = ProcessMap.PathOf(LibstdcxxFix.Library)
            ?? throw new NativeLoadException($"No {LibstdcxxFix.Library} is loaded; install the C++ runtime (Debian: libstdc++6).");
        var (image, system) = (ElfImage.Read(path), ElfImage.Read(library));
        var missing = LibstdcxxFix.Missing(image, system);
        if (missing.Count == 0)
        {
            LoadedLibrary.Load(path);
            report = report with { Correction = $"none: {library} has every version that the wrapper needs" };
            return;
        }
        var copy = PrivateCopy.Ensure(UserFolders.Cache, image, LibstdcxxFix.Apply(image, missing));
        copy.Load();
        var versions = string.Join(", ", missing.Select(need => need.Version));
        report = report with
        {
            CorrectedCopy = copy.Path,
            Correction = $"made: the wrapper needs {versions}; {library} has {LibstdcxxFix.Newest(system)} at most",
        };
    }

    // TorchSharp asks for libtorch by its path in the application's folder; where that is another copy, the chosen one answers.
    private static void StartTorchSharp(
        DeviceType device, LoadedLibrary library, string file, FoundFolder libtorch, IReadOnlyList<FoundFolder> application)
    {
        var other = application.Select(folder => Path.Combine(folder.Path, file)).FirstOrDefault(File.Exists);
        if (other is not null && RealPath(other) != RealPath(Path.Combine(libtorch.Path, file)))
            library.AnswerTo(other, () => torch.TryInitializeDeviceType(device));
    }

    /// <summary>The path without links, in folders' names too, as the process's map has it.</summary>
    internal static string RealPath(string path)
    {
        if (Path.GetDirectoryName(path) is not { } folder)
            return path;
        var here = Path.Combine(RealPath(folder), Path.GetFileName(path));
        return File.ResolveLinkTarget(here, returnFinalTarget: false) is { } target ? RealPath(target.FullName) : here;
    }
}
