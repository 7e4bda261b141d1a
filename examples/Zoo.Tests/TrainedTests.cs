using System.Runtime.CompilerServices;
using Empir.Ensembles;
using Empir.Packed;
using Empir.Packing;

namespace Zoo.Tests;

/// <summary>The trained ensembles that lie beside the zoo are those of its specs, and come back as checkpoints.</summary>
public class TrainedTests
{
    public static TheoryData<string> Packs => [.. Directory.GetFiles(Folder(), "*.empirpack").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Packs))]
    public void EveryMemberComesBack(string pack)
    {
        var model = PackedFile.Read(Path.Combine(Folder(), pack));
        using var ensemble = (Ensemble)Activator.CreateInstance(typeof(FashionEmpir).Assembly.GetType($"Zoo.{Path.GetFileNameWithoutExtension(pack)}", throwOnError: true)!)!;

        for (var member = 0; member < ensemble.Members.Count; member++)
            Unpacker.Unpack(model, ensemble, member);

        using var packed = new PackedEnsemble(model, new() { Threads = 1 });
        Assert.Equal(ensemble.Card.Members.Select(member => member.Name), model.Members.Select(member => member.Name));
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Zoo", "Trained");
}
