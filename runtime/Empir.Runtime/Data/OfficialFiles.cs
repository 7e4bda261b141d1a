namespace Empir.Data;

/// <summary>
/// The datasets' files where their owners publish them. Lengths and hashes are those that TensorFlow Datasets records for the
/// same addresses. Tests compute MNIST's anew, and of CIFAR-10 those of the files in the archive, not the archive's own.
/// </summary>
internal static class OfficialFiles
{
    // The author's own server answers no more; these two mirrors are the ones that PyTorch and TensorFlow use.
    private static readonly string[] MnistFolders =
        ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"];

    // Zalando publishes it without TLS; the hash is what makes it safe.
    private static readonly string[] FashionFolders = ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"];

    private static readonly string[] CifarFolders = ["https://www.cs.toronto.edu/~kriz/"];

    public static IReadOnlyList<RemoteFile> Mnist { get; } =
    [
        File(MnistFolders, "train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        File(MnistFolders, "train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        File(MnistFolders, "t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        File(MnistFolders, "t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ];

    public static IReadOnlyList<RemoteFile> FashionMnist { get; } =
    [
        File(FashionFolders, "train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        File(FashionFolders, "train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        File(FashionFolders, "t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        File(FashionFolders, "t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ];

    public static IReadOnlyList<RemoteFile> Cifar10 { get; } =
    [
        File(CifarFolders, "cifar-10-binary.tar.gz", 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
    ];

    // Of the files whose hashes the tests compare.
    public static PublishedImages MnistImages { get; } =
        new("31716bcf26a20bc749bb829f23d7577e8d4e9f61516d9d845728e19ee3693143", "b9fe984062fda7dc18b0437c5056ecc143b4c8430e8436be11301e25297a1b6a");

    public static PublishedImages Cifar10Images { get; } =
        new("7e10f68a8efb3f71e164ed2bedf4ed956846a3af6ade8571402dd1e11178d446", "2b211f6ffbaca5818e67eec9dd1cafd57bb53b45d6f0532cbf84848994e109bf");

    private static RemoteFile File(string[] folders, string name, long bytes, string sha256) =>
        new(name, bytes, sha256, [.. folders.Select(folder => new Uri(folder + name))]);
}
