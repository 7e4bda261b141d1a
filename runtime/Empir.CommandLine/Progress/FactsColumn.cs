using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Empir.CommandLine.Progress;

/// <summary>The changing text beside a bar; set by the thread that works, drawn by another.</summary>
internal sealed class FactsColumn : ProgressColumn
{
    private readonly ConcurrentDictionary<int, string> facts = new();

    protected override bool NoWrap => true;

    public void Set(ProgressTask task, string text) => facts[task.Id] = text;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(facts.GetValueOrDefault(task.Id, "waiting")) { Overflow = Overflow.Ellipsis };
}
