using Empir.Native;
using TorchSharp;

namespace Empir.CommandLine.Work;

/// <summary>What was asked for to compute on; starting it is what loads libtorch.</summary>
/// <param name="DeviceName">The device as the user named it.</param>
/// <param name="Threads">Threads of libtorch; null leaves its own choice.</param>
internal sealed record Compute(string DeviceName, int? Threads)
{
    /// <exception cref="UserErrorException">There is no such device.</exception>
    public torch.Device Start()
    {
        var device = Devices.Parse(DeviceName);
        if (Threads is { } threads)
            torch.set_num_threads(threads);
        return device;
    }
}
