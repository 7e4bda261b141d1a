using Empir.Formats;
using Empir.Surfaces;
using static TorchSharp.torch;

namespace Empir.Tests.Surfaces;

/// <summary>Three small members whose logits, votes, quantised weights and gradients were written by PyTorch.</summary>
public sealed class GoldenSurfacesTests : IDisposable
{
    // Sums of a low-bit layer are multiples of 1/45 and often meet the clip's bounds exactly; the order of the summation decides
    // on which side such a value falls, and whether it passes its gradient. A wrong gradient is wrong by more.
    private const double OnTheEdge = 0.02;

    private static readonly string[] Members = ["low_a", "low_b", "full"];
    private readonly SafeTensorsFile golden;
    private readonly SmallEnsemble ensemble;

    public GoldenSurfacesTests()
    {
        if (!Directory.Exists(Repository.Golden))
        {
            (golden, ensemble) = (null!, null!);
            return;
        }
        golden = SafeTensors.Read(Path.Combine(Repository.Golden, "surfaces.safetensors"));
        ensemble = new SmallEnsemble();
        using var _ = no_grad();
        foreach (var (member, name) in ensemble.Members.Zip(Members))
            foreach (var (key, value) in member.state_dict())
                value.copy_(golden.Tensors[$"{name}.{key}"]);
    }

    [GoldenFact]
    public void Logits_of_every_member_agree()
    {
        using var logits = ensemble.Logits(golden.Tensors["images"]);
        foreach (var (name, index) in Members.Select((name, index) => (name, index)))
            AssertClose(golden.Tensors[$"logits.{name}"], logits[index], 1e-5);
    }

    [GoldenFact]
    public void Votes_agree()
    {
        using var votes = ensemble.Predict(golden.Tensors["images"]);

        Assert.Equal(golden.Tensors["vote"].data<long>().ToArray(), votes.data<long>().ToArray());
    }

    [GoldenFact]
    public void Quantised_weights_agree_to_the_bit()
    {
        foreach (var (member, name) in ensemble.Members.Zip(Members).Take(2))
        {
            var conv2 = (Empir.Quantization.QuantizedLayer)((SmallConvNet)member).Conv2;
            using var quantized = conv2.QuantizedWeight();
            Assert.Equal(golden.Tensors[$"quantized.{name}.conv2.weight"].data<float>().ToArray(), quantized.data<float>().ToArray());
        }
    }

    [GoldenFact]
    public void Parameter_gradients_of_one_training_step_agree()
    {
        foreach (var (member, name) in ensemble.Members.Zip(Members))
        {
            using var logits = member.call(golden.Tensors["images"]);
            using var loss = nn.functional.cross_entropy(logits, golden.Tensors["labels"]);
            loss.backward();
            foreach (var (key, parameter) in member.named_parameters())
                AssertClose(golden.Tensors[$"parameter_gradient.{name}.{key}"], parameter.grad!, member.Card.IsFullPrecision ? 1e-4 : OnTheEdge);
        }
    }

    [GoldenFact]
    public void Input_gradient_of_the_papers_voters_agrees() =>
        AssertGradient("paper_voters_double_softmax.vote_labels", new PaperVotersSurface(ensemble), golden.Tensors["vote"]);

    [GoldenFact]
    public void Input_gradient_of_the_full_members_logits_agrees() =>
        AssertGradient("full_member_logits.vote_labels", new ClassifierSurface(ensemble.Members[2], "full"), golden.Tensors["vote"], 1e-4);

    [GoldenFact]
    public void Input_gradient_of_the_mean_probabilities_agrees() =>
        AssertGradient("mean_probabilities.true_labels", new MeanProbabilitiesSurface(ensemble), golden.Tensors["labels"]);

    [GoldenFact]
    public void Input_gradient_of_the_mean_logits_agrees() =>
        AssertGradient("mean_logits.true_labels", new MeanLogitsSurface(ensemble), golden.Tensors["labels"]);

    public void Dispose()
    {
        golden?.Dispose();
        ensemble?.Dispose();
    }

    private void AssertGradient(string name, Surface surface, Tensor labels, double tolerance = OnTheEdge)
    {
        using var frozen = surface.Freeze();
        using var images = golden.Tensors["images"].clone().requires_grad_();
        using var value = surface.Evaluate(images);
        using var loss = nn.functional.cross_entropy(value.Scores, labels, reduction: nn.Reduction.Sum);
        loss.backward();

        AssertClose(golden.Tensors[$"gradient.{name}"], images.grad!, tolerance);
    }

    // The whole tensor's relative Euclidean error.
    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        using var difference = (actual - expected).norm();
        using var scale = expected.norm();
        Assert.InRange(difference.ToDouble() / scale.ToDouble(), 0, tolerance);
    }
}
