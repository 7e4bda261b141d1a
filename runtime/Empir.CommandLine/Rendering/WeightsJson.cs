using static TorchSharp.torch;

namespace Empir.CommandLine.Rendering;

/// <summary>A network's tensors: names and shapes.</summary>
internal static class WeightsJson
{
    public static IEnumerable<object> Of(nn.Module network) =>
        network.state_dict().Select(entry => new { Name = entry.Key, Shape = entry.Value.shape });
}
