using Empir.Data;
using Empir.Formats;
using Empir.Modules;
using Empir.Training;
using static TorchSharp.torch;

namespace Empir.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Learns()
    {
        using var net = new SmallConvNet(1, 2, 4);
        var told = new List<TrainingProgress>();
        Trainer(epochs: 6).Train(net, Synthetic.Images(200, seed: 1), progress: new Immediate<TrainingProgress>(told.Add));

        Assert.True(told[^1].Accuracy > 0.9, $"accuracy {told[^1].Accuracy}");
        Assert.Equal((6, 6, 200L), (told[^1].Epoch, told[^1].Epochs, told[^1].Images));
    }

    [Fact]
    public void Two_runs_with_one_seed_give_one_hash_and_another_seed_another()
    {
        var (first, second, other) = (Hash(1), Hash(1), Hash(2));

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);

        string Hash(long seed)
        {
            using var net = new SmallConvNet(seed, 2, 4);
            Trainer(epochs: 2, seed).Train(net, Synthetic.Images(100, seed: 1));
            return Checkpoint.WeightsHash(net);
        }
    }

    [Theory, InlineData(1), InlineData(5), InlineData(12), InlineData(14)]
    public void A_killed_run_goes_on_to_the_same_bits(int killedAfter)
    {
        var images = Synthetic.Images(100, seed: 1);
        using var whole = new SmallConvNet(1, 2, 4);
        Trainer(epochs: 3).Train(whole, images);

        var path = folder.File("low_a.safetensors");
        using (var killed = new SmallConvNet(1, 2, 4))
        {
            using var source = new CancellationTokenSource();
            var steps = 0;
            var stop = new Immediate<TrainingProgress>(_ =>
            {
                if (++steps == killedAfter)
                    source.Cancel();
            });
            Assert.Throws<OperationCanceledException>(() => Trainer(epochs: 3).Train(killed, images, path, stop, cancellation: source.Token));
        }
        Assert.False(File.Exists(path));

        using var resumed = new SmallConvNet(1, 2, 4);
        Trainer(epochs: 3).Train(resumed, images, path);

        Assert.Equal(Checkpoint.WeightsHash(whole), Checkpoint.WeightsHash(resumed));
        Assert.Equal([folder.File("low_a.metrics.jsonl"), path], Directory.GetFiles(folder.Path).Order());
    }

    [Fact]
    public void A_finished_member_can_be_read_back_to_the_bit()
    {
        var path = folder.File("low_a.safetensors");
        var images = Synthetic.Images(60, seed: 1);
        using var net = new SmallConvNet(1, 2, 4);
        Trainer(epochs: 1).Train(net, images, path);

        using var read = new SmallConvNet(9, 2, 4);
        Checkpoint.Read(path, read, Recipe.Of(Member(1), Settings(1), images.Hash));
        Assert.Equal(Checkpoint.WeightsHash(net), Checkpoint.WeightsHash(read));
    }

    [Fact]
    public void An_ensemble_is_read_from_its_folder_member_by_member()
    {
        using var trained = new SmallEnsemble(new SmallConvNet(11, 2, 4), new SmallConvNet(12, 2, 4), new SmallConvNet(13));
        foreach (var (card, member) in trained.Card.Members.Zip(trained.Members))
            Checkpoint.Write(folder.File($"{card.Name}.safetensors"), member, Recipe.Of(card, Settings(1), "images"), "0");

        using var read = new SmallEnsemble();
        Checkpoint.ReadWeights(folder.Path, read);
        Assert.Equal(trained.Members.Select(Checkpoint.WeightsHash), read.Members.Select(Checkpoint.WeightsHash));

        File.Delete(folder.File("low_b.safetensors"));
        var error = Assert.Throws<UserErrorException>(() => Checkpoint.ReadWeights(folder.Path, read));
        Assert.StartsWith(folder.File("low_b.safetensors"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_recipe_is_refused_with_the_line_that_differs()
    {
        var path = folder.File("low_a.safetensors");
        var images = Synthetic.Images(60, seed: 1);
        using var net = new SmallConvNet(1, 2, 4);
        Trainer(epochs: 1).Train(net, images, path);

        var error = Assert.Throws<UserErrorException>(() => Checkpoint.Read(path, net, Recipe.Of(Member(1), Settings(2), images.Hash)));
        Assert.Equal(
            $"{path}: a checkpoint of another spec: it was trained with 'epochs 1', the spec says 'epochs 2'. Choose another --output, repeat the options it was trained with, as --epochs, or train anew with --retrain.",
            error.Message);
    }

    [Fact]
    public void A_checkpoint_of_other_shapes_is_refused_and_nothing_is_loaded()
    {
        var path = folder.File("low_a.safetensors");
        using var net = new SmallConvNet(1, 2, 4);
        var state = net.state_dict().ToDictionary();
        state["conv3.weight"] = zeros(1, 2);
        SafeTensors.Write(path, state, new Dictionary<string, string> { ["format"] = "empir-member-1", ["recipe"] = "r" });
        using var target = new SmallConvNet(2, 2, 4);
        var before = Checkpoint.WeightsHash(target);

        var error = Assert.Throws<UserErrorException>(() => Checkpoint.Read(path, target, "r"));
        Assert.Contains("tensor 'conv3.weight' is Float32 [1, 2], the network needs Float32 [32, 32, 5, 5]", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Checkpoint.WeightsHash(target));
    }

    [Fact]
    public void Pytorchs_names_and_layout_are_in_the_file()
    {
        var path = folder.File("full.safetensors");
        using var net = new SmallConvNet(1);
        Checkpoint.Write(path, net, "r", "h");
        using var file = SafeTensors.Read(path);

        Assert.Equal(["conv1.weight", "conv2.weight", "conv3.weight", "logits.weight"], file.Tensors.Keys.Order());
        Assert.Equal([16, 1, 8, 8], file.Tensors["conv1.weight"].shape);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_training_and_writes_nothing()
    {
        var path = folder.File("low_a.safetensors");
        using var net = new SmallConvNet(1);
        using (no_grad())
            net.parameters().First().fill_(float.NaN);

        var error = Assert.Throws<UserErrorException>(() => Trainer(epochs: 2).Train(net, Synthetic.Images(40, seed: 1), path));
        Assert.Contains("low_a: the loss is NaN in epoch 1; lower the learning rate", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    // The last step may ruin what gave a fine loss before it.
    [Theory, InlineData(1), InlineData(2)]
    public void Weights_that_are_not_finite_stop_training_and_write_nothing(int epochs)
    {
        using var net = new TwoByTwo();
        using var images = new ImageDataset("two", ["a", "b"], (1, 1, 2), [255, 0, 0, 255], [0, 1]);
        var settings = new TrainingSettings("two", epochs, 2, new SgdSettings(1e30, WeightDecay: 1e30));

        var error = Assert.Throws<UserErrorException>(() =>
            new Trainer(new MemberCard("net", 1, net.Card), settings, "spec").Train(net, images, folder.File("net.safetensors")));
        Assert.Equal("net: the weights are no longer finite in epoch 1; lower the learning rate, now 1E+30. What was kept before is left as it was.", error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_last_batch_is_filled_up()
    {
        // 70 images in batches of 32: three full batches, 96 images seen, 70 reported.
        using var net = new SmallConvNet(1, 2, 4);
        var seen = new List<long>();
        net.register_forward_hook((_, images, logits) =>
        {
            seen.Add(images.shape[0]);
            return logits;
        });
        var told = new List<TrainingProgress>();
        Trainer(epochs: 1, batch: 32).Train(net, Synthetic.Images(70, seed: 1), progress: new Immediate<TrainingProgress>(told.Add));

        Assert.Equal([32L, 32, 32], seen);
        Assert.Equal([32L, 64, 70], told.Select(step => step.Images));
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        using var net = new SmallConvNet(1, 2, 4);
        var images = Synthetic.Images(64, seed: 1);
        var live = new List<long>();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Trainer(epochs: 3).Train(net, images, progress: new Immediate<TrainingProgress>(_ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount)));

        Assert.Equal(live[1], live[^1]);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    public void Dispose() => folder.Dispose();

    private static Trainer Trainer(int epochs, long seed = 1, int batch = 20) => new(Member(seed), Settings(epochs, batch), "spec");

    private static TrainingSettings Settings(int epochs, int batch = 20) => new("synthetic", epochs, batch, new AdamSettings());

    private static MemberCard Member(long seed)
    {
        using var net = new SmallConvNet(0, 2, 4);
        return new("low_a", seed, net.Card);
    }
}
