using System.Runtime.InteropServices;

namespace Empir.Native;

public sealed class LibstdcxxFixTests
{
    private static ElfImage System => ElfImage.Read(ProcessMap.PathOf(LibstdcxxFix.Library)!);

    private static ElfImage Wrapper => ElfImage.Read(NativeLibraries.Report.Wrapper!);

    private static byte[] Corrected(ElfImage image) => LibstdcxxFix.Apply(image, LibstdcxxFix.Missing(image, System));

    [OldLibstdcxxFact]
    public void The_original_does_not_load_and_the_corrected_copy_does()
    {
        using var folder = new TemporaryFolder();
        NativeLibraries.EnsureLoaded();
        var copy = PrivateCopy.Ensure(folder.Path, Wrapper, Corrected(Wrapper));

        Assert.Contains("GLIBCXX", Assert.Throws<NativeLoadException>(() => LoadedLibrary.Load(Wrapper.Path)).Message);
        var handle = NativeLibrary.Load(copy.Path);
        Assert.True(NativeLibrary.TryGetExport(handle, "THSTensor_rand", out _));
    }

    [OldLibstdcxxFact]
    public void Nothing_but_three_small_fields_differs()
    {
        var original = Wrapper.Bytes.ToArray();
        var corrected = Corrected(Wrapper);

        Assert.Equal(original.Length, corrected.Length);
        var differing = original.Zip(corrected).Count(pair => pair.First != pair.Second);
        Assert.InRange(differing, 1, 8);
        Assert.Empty(LibstdcxxFix.Missing(ElfImage.Parse("corrected", corrected), System));
    }

    [OldLibstdcxxFact]
    public void More_than_the_one_harmless_function_missing_is_a_clear_error()
    {
        // As if libstdc++ were so old that it lacked what the wrapper really uses.
        var needs = Wrapper.VersionNeeds.Where(need => need.Library == LibstdcxxFix.Library).ToList();

        var error = Assert.Throws<NativeLoadException>(() => LibstdcxxFix.Apply(Wrapper, needs));

        Assert.Contains("install a newer libstdc++", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [LinuxFact]
    public void A_library_that_lacks_nothing_is_left_alone()
    {
        var libtorch = ElfImage.Read(Path.Combine(NativeLibraries.Report.LibtorchFolder!, "libc10.so"));

        Assert.Contains(libtorch.VersionNeeds, need => need.Library == LibstdcxxFix.Library);
        Assert.Empty(LibstdcxxFix.Missing(libtorch, System));
    }

    [LinuxFact]
    public void The_systems_newest_version_is_the_highest_by_number_not_by_letter() =>
        Assert.True(Version.Parse(LibstdcxxFix.Newest(System)!["GLIBCXX_".Length..]) >= new Version(3, 4, 11));
}
