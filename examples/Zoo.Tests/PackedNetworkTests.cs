using Empir.Data;
using Empir.Ensembles;
using Empir.Modules;
using Empir.Packed;
using Empir.Packing;
using Empir.Quantization;
using static TorchSharp.torch;

namespace Zoo.Tests;

/// <summary>
/// The packed networks against the fake-quantised ones in TorchSharp. Without batch norm, every integer sum of every low-bit
/// layer is the same: one level that differed anywhere before it would change many of them.
/// </summary>
public class PackedNetworkTests
{
    private const int Images = 48;

    [Fact]
    public void FashionOnRandomWeights()
    {
        using var ensemble = new FashionEmpir();
        using var images = Fashion();
        EverySumIsEqual(ensemble.LowA, "low_a", images);
        DecisionsAreEqual(ensemble, images);
    }

    [Fact]
    public void MnistOnRandomWeightsAndNoise()
    {
        using var ensemble = new MnistEmpir();
        using var images = rand([Images, 1, 28, 28], generator: new Generator(3));
        EverySumIsEqual(ensemble.LowA, "low_a", images);
        DecisionsAreEqual(ensemble, images);
    }

    [Fact]
    public void CifarOnRandomWeightsAndNoise()
    {
        using var ensemble = new CifarEmpir();
        using var images = rand([Images, 3, 32, 32], generator: new Generator(3));
        EverySumIsEqual(ensemble.LowA, "low_a", images);
        EverySumIsEqual(ensemble.LowB, "low_b", images);
        DecisionsAreEqual(ensemble, images);
    }

    [SharedData("mnist")]
    public void MnistOnRealImages()
    {
        using var ensemble = new MnistEmpir();
        using var images = Real("mnist");
        EverySumIsEqual(ensemble.LowB, "low_b", images);
        DecisionsAreEqual(ensemble, images);
    }

    [SharedData("cifar10")]
    public void CifarOnRealImages()
    {
        using var ensemble = new CifarEmpir();
        using var images = Real("cifar10");
        EverySumIsEqual(ensemble.LowA, "low_a", images);
        DecisionsAreEqual(ensemble, images);
    }

    // A level may fall on either side of a threshold that 32 bits cannot tell from the value, so few logits may move a little.
    [Fact]
    public void ResNetWithBatchNormIsTheSameNetwork()
    {
        using var ensemble = new ResNet20Empir();
        Shake(ensemble);
        using var images = rand([Images, 3, 32, 32], generator: new Generator(3));
        ensemble.Predict(images).Dispose();    // sets the learned ranges
        var (torchLogits, packedLogits) = (Logits(ensemble, images), PackedLogits(ensemble, images));
        var spread = torchLogits.Max() - torchLogits.Min();
        var far = torchLogits.Zip(packedLogits).Count(pair => Math.Abs(pair.First - pair.Second) > 0.02 * spread);
        Assert.InRange(far, 0, torchLogits.Length / 100);
        var same = torchLogits.Zip(packedLogits).Count(pair => Math.Abs(pair.First - pair.Second) < 1e-4 * spread);
        Assert.InRange(same, torchLogits.Length * 2 / 3, torchLogits.Length);
    }

    private static Tensor Fashion()
    {
        var source = new EmbeddedDataset(typeof(FashionEmpir).Assembly, "fashion_mnist_subset/", "fashion_mnist_subset", DatasetCatalogue.FashionClasses);
        using var split = source.Load(new DatasetLocation());
        return First(split);
    }

    private static Tensor Real(string name)
    {
        using var split = DatasetCatalogue.Default.Load(name, new DatasetLocation(SharedDataAttribute.Folder));
        return First(split);
    }

    private static Tensor First(DatasetSplit split)
    {
        var (images, labels) = split.Test.Range(0, Images, CPU);
        labels.Dispose();
        return images;
    }

    private static void DecisionsAreEqual(Ensemble ensemble, Tensor images)
    {
        using var wanted = ensemble.Predict(images);
        using var packed = new PackedEnsemble(Packer.Pack(ensemble), new() { Threads = 1 });
        var classes = new int[Images];
        packed.Predict(images.data<float>().ToArray(), classes);
        Assert.Equal(wanted.data<long>().ToArray().Select(value => (int)value), classes);
        var (torchLogits, packedLogits) = (Logits(ensemble, images), PackedLogits(ensemble, images));
        foreach (var (a, b) in torchLogits.Zip(packedLogits))
            Assert.Equal(a, b, 1e-4f * Math.Max(1, Math.Abs(a)));
    }

    // Cuts the packed network behind each quantised convolution, where a unit of the sum is worth step·scale.
    private static void EverySumIsEqual(Classifier network, string member, Tensor images)
    {
        var model = Packer.Pack(new One(network));
        var layers = model.Members[0].Layers;
        var quantized = network.named_modules().Where(pair => pair.module is QuantizedLayer).ToArray();
        Assert.Equal(3, quantized.Length);
        foreach (var (name, module) in quantized)
        {
            var index = layers.ToList().FindIndex(layer => layer.Name == name);
            var layer = (PackedConv2d)layers[index];
            var unit = ((LowBitWeights)layer.Weights).Scales[0] / ((1 << layer.Activations!.Bits) - 1);
            var values = layer.Output.Channels * layer.Output.Height * layer.Output.Width;
            var cut = model with
            {
                Classes = values,
                Members = [new(member, [.. layers.Take(index + 1), new PackedFlatten("", [index], new(values, 1, 1))])],
            };
            using var packed = new PackedEnsemble(cut, new() { Threads = 1 });
            var actual = new float[Images * values];
            packed.Logits(images.data<float>().ToArray(), actual);
            var wanted = Outputs(network, (nn.Module<Tensor, Tensor>)module, images);
            Assert.Equal(wanted.Select(value => Math.Round(value / unit)), actual.Select(value => Math.Round(value / unit)));
            Assert.True(wanted.Distinct().Count() > 20);
        }
    }

    private static float[] Outputs(Classifier network, nn.Module<Tensor, Tensor> module, Tensor images)
    {
        float[] outputs = [];
        var hook = module.register_forward_hook((_, _, output) =>
        {
            outputs = output.data<float>().ToArray();
            return output;
        });
        using var _ = no_grad();
        using var frozen = network.Freeze();
        network.call(images).Dispose();
        hook.remove();
        return outputs;
    }

    private static float[] Logits(Ensemble ensemble, Tensor images)
    {
        using var _ = no_grad();
        using var frozen = ensemble.Freeze();
        using var logits = ensemble.Logits(images);
        return logits.data<float>().ToArray();
    }

    private static float[] PackedLogits(Ensemble ensemble, Tensor images)
    {
        using var packed = new PackedEnsemble(PackedFile.FromBytes(PackedFile.ToBytes(Packer.Pack(ensemble))), new() { Threads = 2 });
        var logits = new float[ensemble.Members.Count * Images * 10];
        packed.Logits(images.data<float>().ToArray(), logits);
        return logits;
    }

    // Batch norms of a fresh network do nothing; these reverse some channels too.
    private static void Shake(Ensemble ensemble)
    {
        using var _ = no_grad();
        using var random = new Generator(5);
        foreach (var norm in ensemble.Members.SelectMany(member => member.modules()).OfType<TorchSharp.Modules.BatchNorm2d>())
        {
            norm.weight!.uniform_(-1, 1.5, random);
            norm.bias!.uniform_(-0.5, 0.5, random);
            norm.running_mean!.uniform_(-0.5, 0.5, random);
            norm.running_var!.uniform_(0.5, 2, random);
        }
    }

    private sealed class One(Classifier member) : Ensemble<Majority>(
        new("One", "", "one.empir.yaml", "0", "majority", [new("one", 1, member.Card)]), new Majority(0), [member]);
}
