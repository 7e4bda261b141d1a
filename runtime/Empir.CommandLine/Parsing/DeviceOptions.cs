using System.CommandLine;
using Empir.CommandLine.Work;

namespace Empir.CommandLine.Parsing;

/// <summary>What a command computes on.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string> device = new("--device")
    {
        Description = "cpu, cuda (the first GPU) or cuda:N.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "cpu",
    };

    private readonly Option<int?> threads = Parsers.Count("--threads", "Processor threads. [default: libtorch's own choice; of a packed ensemble, one per processor]", maximum: 1024);

    public void AddTo(Command command)
    {
        command.Options.Add(device);
        command.Options.Add(threads);
    }

    public Compute Read(ParseResult parsed) => new(parsed.GetValue(device)!, parsed.GetValue(threads));
}
