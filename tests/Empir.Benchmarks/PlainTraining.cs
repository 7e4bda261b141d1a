using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Empir.Benchmarks;

/// <summary>
/// The paper's MNIST network and its training as a good tutorial writes them in TorchSharp: a Sequential of its own layers, Adam, a dispose
/// scope per step.
/// </summary>
internal sealed class PlainTraining : IDisposable
{
    private readonly Module<Tensor, Tensor> network = Sequential(
        Conv2d(1, 64, 8, stride: 2, padding: 3, bias: false), ReLU(),
        Conv2d(64, 128, 6, stride: 2, bias: false), ReLU(),
        Conv2d(128, 128, 5, bias: false), ReLU(),
        Flatten(), Linear(128, 10, hasBias: false));

    private readonly optim.Optimizer optimizer;

    public PlainTraining() => optimizer = optim.Adam(network.parameters(), 0.001);

    /// <summary>Trains for one epoch in order; <paramref name="images" /> [N, 1, 28, 28], <paramref name="labels" /> [N].</summary>
    public void Run(Tensor images, Tensor labels, int batch)
    {
        for (var first = 0L; first < labels.shape[0]; first += batch)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = functional.cross_entropy(network.call(images.narrow(0, first, batch)), labels.narrow(0, first, batch));
            loss.backward();
            optimizer.step();
            _ = loss.item<float>();
        }
    }

    /// <summary>Classifies, batch by batch.</summary>
    public void Predict(Tensor images, int batch)
    {
        using var still = no_grad();
        for (var first = 0L; first < images.shape[0]; first += batch)
        {
            using var scope = NewDisposeScope();
            network.call(images.narrow(0, first, batch));
        }
    }

    public void Dispose()
    {
        optimizer.Dispose();
        network.Dispose();
    }
}
