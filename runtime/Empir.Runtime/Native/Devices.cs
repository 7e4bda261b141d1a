using System.Globalization;

namespace Empir.Native;

/// <summary>The devices on which tensors live.</summary>
public static class Devices
{
    /// <summary>
    /// Reads a device's name. Asking for a GPU turns its TF32 arithmetic off for the process; its convolutions may still
    /// add in another order from run to run, so equal bits are promised on the CPU only.
    /// </summary>
    /// <param name="text"><c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:N</c>.</param>
    /// <exception cref="UserErrorException">The name is none of these.</exception>
    /// <exception cref="NativeLoadException">There is no such GPU, or this libtorch cannot use one.</exception>
    public static torch.Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "cpu")
        {
            NativeLibraries.EnsureLoaded();
            return torch.CPU;
        }
        if (!TryParseCuda(text, out var index))
            throw new UserErrorException($"--device {text} is not a device; use cpu, cuda or cuda:N.");

        NativeLibraries.EnsureLoaded();
        if (!torch.cuda.is_available())
        {
            throw new NativeLoadException(HasCuda
                ? $"--device {text}: no NVIDIA GPU can be used here; check that nvidia-smi lists one, or use --device cpu."
                : $"--device {text}: this libtorch is built for the CPU only; use the package TorchSharp-cuda-linux in place of libtorch-cpu-linux-x64 (in Empir's own repository: -p:TorchBackend=cuda), or set {LibtorchSearch.Variable} to the lib folder of a CUDA build of PyTorch.");
        }
        var count = torch.cuda.device_count();
        if (index >= count)
            throw new NativeLoadException($"--device {text}: there {(count == 1 ? "is 1 GPU" : $"are {count} GPUs")}; use cuda:0{(count == 1 ? "" : $" to cuda:{count - 1}")}.");
        // TF32 has ten bits of mantissa: quantised levels and small gradients would not be what they are on a CPU.
        torch.backends.cuda.matmul.allow_tf32 = false;
        torch.backends.cudnn.allow_tf32 = false;
        return torch.device(DeviceType.CUDA, index);
    }

    private static bool HasCuda => NativeLibraries.Report.LibtorchFolder is not { } folder
        || File.Exists(Path.Combine(folder, "libtorch_cuda.so"));

    private static bool TryParseCuda(string text, out int index)
    {
        index = 0;
        return text == "cuda"
            || (text.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index));
    }
}
