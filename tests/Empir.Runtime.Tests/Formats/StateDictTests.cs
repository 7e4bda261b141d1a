using Empir.Tests;
using static TorchSharp.torch;

namespace Empir.Formats;

public sealed class StateDictTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SmallConvNet net = new(seed: 5);

    private string Weights => folder.File("weights.safetensors");

    public void Dispose()
    {
        net.Dispose();
        folder.Dispose();
    }

    [GoldenFact]
    public void Weights_written_by_PyTorch_give_PyTorchs_logits_bit_widths_and_all()
    {
        using var golden = SafeTensors.Read(Path.Combine(Repository.Golden, "surfaces.safetensors"));
        foreach (var (member, network) in new[] { ("full", new SmallConvNet()), ("low_a", new SmallConvNet(weights: 2, activations: 4)) })
        {
            using var _ = network;
            SafeTensors.Write(Weights, Of(golden, member + "."), new Dictionary<string, string>());

            StateDict.Read(Weights, network);

            using var scope = NewDisposeScope();
            network.eval();
            var difference = (network.call(golden.Tensors["images"]) - golden.Tensors["logits." + member]).abs().max();
            Assert.InRange(difference.item<float>(), 0, 1e-4f);
        }
    }

    [GoldenFact]
    public void What_came_from_PyTorch_goes_back_to_it_bit_by_bit()
    {
        using var golden = SafeTensors.Read(Path.Combine(Repository.Golden, "attacks.safetensors"));
        var theirs = Of(golden, "model.");
        SafeTensors.Write(Weights, theirs, new Dictionary<string, string>());
        StateDict.Read(Weights, net);

        StateDict.Write(folder.File("back.safetensors"), net);

        using var back = SafeTensors.Read(folder.File("back.safetensors"));
        Assert.Equal(theirs.Keys.Order(), back.Tensors.Keys.Order());
        foreach (var (name, tensor) in theirs)
        {
            Assert.Equal(tensor.shape, back.Tensors[name].shape);
            Assert.Equal(tensor.bytes.ToArray(), back.Tensors[name].bytes.ToArray());
        }
        Assert.Equal("pt", back.Metadata["format"]);
    }

    [Fact]
    public void Batch_norm_has_PyTorchs_running_statistics()
    {
        using var module = nn.Sequential(("conv", nn.Conv2d(3, 4, 3, groups: 1)), ("bn", nn.BatchNorm2d(4)));

        StateDict.Write(Weights, module);

        using var file = SafeTensors.Read(Weights);
        Assert.Equal(
            ["bn.bias", "bn.num_batches_tracked", "bn.running_mean", "bn.running_var", "bn.weight", "conv.bias", "conv.weight"],
            file.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([4, 3, 3, 3], file.Tensors["conv.weight"].shape);
        Assert.Equal((ScalarType.Int64, 0L), (file.Tensors["bn.num_batches_tracked"].dtype, file.Tensors["bn.num_batches_tracked"].ndim));
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "missing", "has no tensor 'conv2.weight', which the network needs as Float32 [32, 16, 6, 6]; it has conv1.weight, conv3.weight, logits.weight." },
        { "transposed", "tensor 'logits.weight' is Float32 [32, 10], the network needs Float32 [10, 32]." },
        { "half", "tensor 'conv1.weight' is Float16 [16, 1, 8, 8], the network needs Float32 [16, 1, 8, 8]." },
        { "more", "tensor 'extra' Float32 [1] is none of the network's, which are conv1.weight, conv2.weight, conv3.weight, logits.weight." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_names_the_tensor_and_both_shapes_and_changes_nothing(string mistake, string message)
    {
        using var scope = NewDisposeScope();
        using var other = new SmallConvNet(seed: 6);
        var tensors = other.state_dict();
        switch (mistake)
        {
            case "missing": tensors.Remove("conv2.weight"); break;
            case "transposed": tensors["logits.weight"] = tensors["logits.weight"].t(); break;
            case "half": tensors["conv1.weight"] = tensors["conv1.weight"].to(ScalarType.Float16); break;
            default: tensors["extra"] = zeros(1); break;
        }
        SafeTensors.Write(Weights, tensors, new Dictionary<string, string>());
        var before = net.state_dict()["conv1.weight"].bytes.ToArray();

        var error = Assert.Throws<UserErrorException>(() => StateDict.Read(Weights, net)).Message;

        Assert.StartsWith($"{Weights}: {message}", error, StringComparison.Ordinal);
        Assert.Equal(before, net.state_dict()["conv1.weight"].bytes.ToArray());
    }

    private static Dictionary<string, Tensor> Of(SafeTensorsFile golden, string prefix) => golden.Tensors
        .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);
}
