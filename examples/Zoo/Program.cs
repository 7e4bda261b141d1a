using Empir.CommandLine;
using Empir.Data;
using Zoo;
using Zoo.Reproduction;

// 10,000 images of Fashion-MNIST travel inside the program, so that its main job needs no network.
var fashion = new EmbeddedDataset(
    typeof(EmpirSpecs).Assembly, "fashion_mnist_subset/", "fashion_mnist_subset", DatasetCatalogue.FashionClasses);

return await EmpirTool.RunAsync(args, EmpirSpecs.All, main: FashionEmpir.Spec, datasets: [fashion], commands: tool => [new ReproduceCommand(tool)]);
