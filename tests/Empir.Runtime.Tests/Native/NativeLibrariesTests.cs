using System.Runtime.InteropServices;

namespace Empir.Native;

public sealed class NativeLibrariesTests
{
    [Fact]
    public void The_report_says_what_is_in_use()
    {
        NativeLibraries.EnsureLoaded();
        var lines = NativeLibraries.Report.Lines.ToDictionary(line => line.Subject, line => line.Facts);

        Assert.StartsWith("2.", lines["version"], StringComparison.Ordinal);
        Assert.Contains("cpu", lines["devices"], StringComparison.Ordinal);
        Assert.False(lines.ContainsKey("failure"));
    }

    [LinuxFact]
    public void An_empty_folder_in_EMPIR_LIBTORCH_is_one_line_that_names_it_and_the_remedy()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<NativeLoadException>(() => LibtorchSearch.FindLibtorch(folder.Path, LibtorchSearch.ApplicationFolders()));

        Assert.Equal($"EMPIR_LIBTORCH is {folder.Path}, where there is no libtorch.so; set it to the lib folder of an installed PyTorch.", error.Message);
    }

    [LinuxFact]
    public void A_real_path_has_no_link_in_any_of_its_folders()
    {
        using var folder = new TemporaryFolder();
        var real = LinuxLoader.RealPath(folder.Path);
        Directory.CreateDirectory(folder.File("real/lib"));
        File.WriteAllText(folder.File("real/lib/a.so.1"), "");
        File.CreateSymbolicLink(folder.File("real/lib/a.so"), "a.so.1");
        Directory.CreateSymbolicLink(folder.File("home"), folder.File("real"));
        Directory.CreateSymbolicLink(folder.File("real/again"), "../home/lib");

        Assert.Equal(Path.Combine(real, "real/lib/a.so.1"), LinuxLoader.RealPath(folder.File("home/again/a.so")));
        Assert.Equal(Path.Combine(real, "real/lib/a.so.1"), LinuxLoader.RealPath(folder.File("real/lib/a.so.1")));
    }

    [LinuxFact]
    public async Task A_process_with_a_wrong_EMPIR_LIBTORCH_says_so_and_lives()
    {
        var report = await ChildProcess.Report((LibtorchSearch.Variable, "/no/such/folder"));

        Assert.Contains("failure: EMPIR_LIBTORCH is /no/such/folder, which is not a folder", report, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_process_uses_the_folder_in_EMPIR_LIBTORCH()
    {
        var folder = NativeLibraries.Report.LibtorchFolder!;

        var report = await ChildProcess.Report((LibtorchSearch.Variable, folder), (Allocator.Variable, "default"));

        Assert.Contains($"libtorch: {folder.TrimEnd('/')}", report, StringComparison.Ordinal);
        Assert.Contains("(EMPIR_LIBTORCH says so)", report, StringComparison.Ordinal);
        Assert.Contains("allocator: left alone (EMPIR_MALLOC=default)", report, StringComparison.Ordinal);
        Assert.Contains("sum: 3", report, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void PyTorchs_own_folder_will_do_for_its_lib()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("lib"));
        File.WriteAllText(folder.File("lib/libtorch.so"), "");

        Assert.Equal(folder.File("lib"), LibtorchSearch.FindLibtorch(folder.Path, []).Path);
    }

    [Fact]
    public void An_application_without_libtorch_is_told_both_remedies()
    {
        var message = Assert.Throws<NativeLoadException>(() => LibtorchSearch.FindLibtorch(null, [])).Message;

        Assert.Contains("EMPIR_LIBTORCH", message, StringComparison.Ordinal);
        Assert.Contains("libtorch-cpu-linux-x64", message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public unsafe void Nnpack_is_off()
    {
        var cpu = LoadedLibrary.Load(Path.Combine(NativeLibraries.Report.LibtorchFolder!, "libtorch_cpu.so"));
        var context = (delegate* unmanaged<nint>)cpu.Function("_ZN2at13globalContextEv");
        var isOn = (delegate* unmanaged<nint, byte>)cpu.Function("_ZNK2at7Context17userEnabledNNPACKEv");

        Assert.Equal(0, isOn(context()));
    }

    [LinuxFact]
    public void A_loaded_library_answers_to_another_path_while_it_is_asked_to()
    {
        const string other = "/no/such/folder/libc10.so";
        var path = Path.Combine(NativeLibraries.Report.LibtorchFolder!, "libc10.so");
        var answer = nint.Zero;

        LoadedLibrary.Load(path).AnswerTo(other, () => answer = NativeLibrary.Load(other));

        Assert.Equal(NativeLibrary.Load(path), answer);
        Assert.Throws<NativeLoadException>(() => LoadedLibrary.Load(other));
    }
}
