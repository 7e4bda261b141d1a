using System.Runtime.InteropServices;

namespace Empir.Native;

/// <summary>A library that this process keeps loaded until it ends.</summary>
internal sealed unsafe partial class LoadedLibrary
{
    private const int LinkMapRequest = 2;
    private readonly nint handle;

    private LoadedLibrary(nint handle) => this.handle = handle;

    /// <summary>Loads a library by its full path, with what it needs.</summary>
    /// <param name="path">Its full path.</param>
    /// <exception cref="NativeLoadException">The loader refuses; the message holds its reason.</exception>
    public static LoadedLibrary Load(string path)
    {
        try
        {
            return new LoadedLibrary(NativeLibrary.Load(path));
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeLoadException(
                $"{path} does not load: {Reason(error.Message)}; see that its folder is complete and made for this system.", error);
        }
    }

    /// <summary>The address of a function it exports; 0 if it has none of that name.</summary>
    /// <param name="name">The function's name.</param>
    public nint Function(string name) => NativeLibrary.TryGetExport(handle, name, out var address) ? address : 0;

    /// <summary>
    /// Runs an action while the loader takes another path for this library's own, so that a request for that path is
    /// answered with this library and not with a second copy.
    /// </summary>
    /// <param name="path">The other path.</param>
    /// <param name="action">What asks for it.</param>
    public void AnswerTo(string path, Action action)
    {
        LinkMap* map;
        if (LinkInformation(handle, LinkMapRequest, &map) != 0)
            throw new NativeLoadException($"The loader does not say where {path} is.");
        var (own, other) = (map->Name, Marshal.StringToCoTaskMemUTF8(path));
        map->Name = other;
        try
        {
            action();
        }
        finally
        {
            map->Name = own;
            Marshal.FreeCoTaskMem(other);
        }
    }

    // .NET puts a paragraph of advice before the loader's own sentence.
    private static string Reason(string message) =>
        message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];

    [LibraryImport("libc.so.6", EntryPoint = "dlinfo")]
    private static partial int LinkInformation(nint handle, int request, LinkMap** result);

    // The beginning of glibc's struct link_map (link.h).
    [StructLayout(LayoutKind.Sequential)]
    private struct LinkMap
    {
        public nint Address;
        public nint Name;
    }
}
