using Empir.CommandLine.Work;
using Empir.Ensembles;
using Empir.Packed;
using Empir.Packing;

namespace Zoo.Tests;

/// <summary>The trained ensembles that lie beside the zoo are those of its specs, and come back as checkpoints.</summary>
public class TrainedTests
{
    public static TheoryData<string> Packs => [.. Directory.GetFiles(Trained.Folder, "*.empirpack", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)!)];

    [Theory]
    [MemberData(nameof(Packs))]
    public void EveryMemberComesBack(string name)
    {
        var model = PackedFile.Read(new OutputFolder(Path.Combine(Trained.Folder, name)).Pack(name));
        using var ensemble = (Ensemble)Activator.CreateInstance(typeof(FashionEmpir).Assembly.GetType($"Zoo.{name}", throwOnError: true)!)!;

        for (var member = 0; member < ensemble.Members.Count; member++)
            Unpacker.Unpack(model, ensemble, member);

        using var packed = new PackedEnsemble(model, new() { Threads = 1 });
        Assert.Equal(ensemble.Card.Members.Select(member => member.Name), model.Members.Select(member => member.Name));
    }
}
