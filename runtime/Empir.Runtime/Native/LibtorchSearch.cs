namespace Empir.Native;

/// <summary>A native library's folder and why it was chosen.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Reason">Why this one.</param>
internal sealed record FoundFolder(string Path, string Reason);

/// <summary>Looks for libtorch and TorchSharp's wrapper: where the user says, then where the application has them.</summary>
internal static class LibtorchSearch
{
    /// <summary>The variable that names the folder of an existing PyTorch's libraries.</summary>
    public const string Variable = "EMPIR_LIBTORCH";

    /// <summary>The variable that lets a libtorch of another version be tried when it is 1.</summary>
    public const string UncheckedVariable = "EMPIR_LIBTORCH_UNCHECKED";

    /// <summary>libtorch's file, by which its folder is known.</summary>
    public const string Libtorch = "libtorch.so";

    /// <summary>The file of TorchSharp's wrapper around libtorch.</summary>
    public const string Wrapper = "libLibTorchSharp.so";

    /// <summary>Finds libtorch.</summary>
    /// <param name="chosen">What <see cref="Variable" /> says; null or empty if it is not set.</param>
    /// <param name="application">The application's own folders, in order.</param>
    /// <exception cref="NativeLoadException">There is none where the user says, or none at all.</exception>
    public static FoundFolder FindLibtorch(string? chosen, IReadOnlyList<FoundFolder> application) =>
        string.IsNullOrEmpty(chosen)
            ? Find(Libtorch, application) ?? throw new NativeLoadException(
                $"This application carries no libtorch: add its package to the project (libtorch-cpu-linux-x64; in Empir's own repository build with -p:TorchBackend=cpu), or set {Variable} to the lib folder of an installed PyTorch.")
            : FindChosen(chosen);

    /// <summary>Finds TorchSharp's wrapper.</summary>
    /// <param name="application">The application's own folders, in order.</param>
    /// <exception cref="NativeLoadException">The application lacks it.</exception>
    public static string FindWrapper(IReadOnlyList<FoundFolder> application) =>
        Find(Wrapper, application) is { } folder
            ? Path.Combine(folder.Path, Wrapper)
            : throw new NativeLoadException(
                $"{Wrapper} is not in the application's folder {AppContext.BaseDirectory}; build or publish it again, with TorchSharp's native files.");

    /// <summary>The folders in which the application may have native libraries, the likeliest first.</summary>
    public static IReadOnlyList<FoundFolder> ApplicationFolders()
    {
        var root = AppContext.BaseDirectory;
        var listed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return
        [
            // What the host read from the application's deps.json: its own files, or the package cache's.
            .. listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(path => new FoundFolder(path, "the application's own, by its deps.json")),
            new FoundFolder(Path.Combine(root, "runtimes", "linux-x64", "native"), "the application's own"),
            new FoundFolder(root, "next to the application"),
        ];
    }

    private static FoundFolder FindChosen(string chosen)
    {
        var folder = Path.GetFullPath(chosen);
        if (!Directory.Exists(folder))
            throw new NativeLoadException($"{Variable} is {chosen}, which is not a folder; set it to the lib folder of an installed PyTorch.");
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new NativeLoadException($"{Variable} is {chosen}, which you may not read; ask for access, or set it to another folder.", error);
        }
        // PyTorch's own folder will do as well: its libraries are one level below.
        var path = new[] { folder, Path.Combine(folder, "lib") }.FirstOrDefault(path => File.Exists(Path.Combine(path, Libtorch)))
            ?? throw new NativeLoadException(
                $"{Variable} is {chosen}, where there is no {Libtorch}; set it to the lib folder of an installed PyTorch.");
        return new FoundFolder(path, $"{Variable} says so");
    }

    private static FoundFolder? Find(string file, IReadOnlyList<FoundFolder> folders) =>
        folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder.Path, file)));
}
