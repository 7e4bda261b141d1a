using static TorchSharp.torch;

namespace Empir.Formats;

/// <summary>
/// A network's weights as PyTorch's users exchange them: <c>state_dict()</c> as safetensors, names and layouts unchanged.
/// A convolution's weight is [out, in/groups, height, width], a linear layer's [out, in]; batch norm has its running
/// statistics and <c>num_batches_tracked</c>.
/// </summary>
public static class StateDict
{
    /// <summary>Writes a network's parameters and buffers, atomically, with nothing of Empir's beside them.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="module">The network, on any device.</param>
    /// <exception cref="UserErrorException">The file cannot be written.</exception>
    public static void Write(string path, nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        // The mark by which Hugging Face's loader knows whose layouts these are.
        SafeTensors.Write(path, module.state_dict(), new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Reads weights into a network: every tensor it has, no others, each with the network's shape and type.</summary>
    /// <param name="path">The file.</param>
    /// <param name="module">The network, on any device; unchanged if anything is wrong.</param>
    /// <exception cref="UserErrorException">The file is damaged, or of another network; the message names the first tensor.</exception>
    public static void Read(string path, nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var file = SafeTensors.Read(path);
        var wanted = module.state_dict();
        foreach (var (name, target) in wanted)
        {
            if (!file.Tensors.TryGetValue(name, out var source))
                throw new UserErrorException($"{path}: has no tensor '{name}', which the network needs as {Describe(target)}; it has {Some(file.Tensors.Keys)}.");
            if (!source.shape.SequenceEqual(target.shape) || source.dtype != target.dtype)
                throw new UserErrorException($"{path}: tensor '{name}' is {Describe(source)}, the network needs {Describe(target)}. Convert it where it was written.");
        }
        if (file.Tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault(name => !wanted.ContainsKey(name)) is { } unknown)
            throw new UserErrorException($"{path}: tensor '{unknown}' {Describe(file.Tensors[unknown])} is none of the network's, which are {Some(wanted.Keys)}.");
        using var _ = no_grad();
        foreach (var (name, target) in wanted)
            target.copy_(file.Tensors[name]);
    }

    private static string Describe(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";

    private static string Some(IEnumerable<string> names)
    {
        string[] all = [.. names.Order(StringComparer.Ordinal)];
        return all.Length == 0 ? "none" : string.Join(", ", all.Take(6)) + (all.Length > 6 ? $" and {all.Length - 6} more" : "");
    }
}
