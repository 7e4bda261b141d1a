using Empir.Packed;
using Empir.Specs;

namespace Empir.CommandLine.Work;

/// <summary>Packed ensembles as commands use them: what is wrong with one is the user's mistake, one line.</summary>
internal static class PackFile
{
    /// <summary>Reads the pack of an ensemble; loads no libtorch.</summary>
    /// <exception cref="UserErrorException">It is not there, damaged, or of another ensemble.</exception>
    public static PackedModel Read(string path, Tool tool, EnsembleSpec spec)
    {
        if (!File.Exists(path))
            throw new UserErrorException($"{path}: not there. Write it with '{tool.Name} pack {spec.Name}', or name its folder with --output.");
        try
        {
            var model = PackedFile.Read(path);
            return model.Name == spec.Name
                ? model
                : throw new UserErrorException($"{path} is of {model.Name}, not of {spec.Name}. Write it with '{tool.Name} pack {spec.Name}', or name another folder with --output.");
        }
        catch (PackedFileException error)
        {
            throw new UserErrorException($"{error.Message.TrimEnd('.')} with '{tool.Name} pack {spec.Name}'.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Whether a pack was made from the spec as it is.</summary>
    public static bool IsOf(PackedModel model, EnsembleSpec spec) => model.Metadata.GetValueOrDefault("spec_hash") == spec.Card.SpecHash;

    /// <summary>Chooses kernels for a packed ensemble; its members prepare themselves when they are first asked.</summary>
    /// <param name="model">The ensemble.</param>
    /// <param name="threads">Threads; null for one per processor.</param>
    /// <param name="kernel">What <c>--kernel</c> says; null leaves it to EMPIR_KERNEL.</param>
    /// <param name="lazyVote">Whether members are asked only where they can matter.</param>
    /// <exception cref="UserErrorException">There is no such kernel, or it cannot run here.</exception>
    public static PackedEnsemble Open(PackedModel model, int? threads = null, string? kernel = null, bool lazyVote = true)
    {
        var options = new PackedOptions { LazyVote = lazyVote };
        options = options with { Threads = threads ?? options.Threads, Kernel = kernel ?? options.Kernel };
        try
        {
            return new PackedEnsemble(model, options);
        }
        catch (NotSupportedException error)
        {
            throw new UserErrorException($"{(kernel is null ? "EMPIR_KERNEL=" : "--kernel ")}{options.Kernel}: {error.Message}", error);
        }
    }
}
