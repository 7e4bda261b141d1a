using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;

namespace Empir.Generator.Checking.Layers;

/// <summary>One layer type of the language: its keys, and what it does to a shape.</summary>
internal abstract class LayerRule
{
    protected const int MaximumChannels = 65_536;
    protected const int MaximumWindow = 256;

    protected LayerRule(string type, string description, bool needsName, params Key[] keys)
    {
        Type = type;
        Description = description;
        TypeKey = Key.Required("type", new ChoiceForm(type), description);
        NameKey = needsName
            ? Key.Required("name", NameForm.Snake, "The layer's name: its prefix in the state_dict and its property in C#.")
            : Key.Optional("name", NameForm.Snake, "The layer's name, for reference only.");
        Table = new($"a {type} layer", [TypeKey, NameKey, .. keys]);
    }

    public string Type { get; }

    public string Description { get; }

    public Key<string> TypeKey { get; }

    public Key<string> NameKey { get; }

    public KeyTable Table { get; }

    /// <summary>Whether the layer is registered under its name and becomes a property.</summary>
    public bool IsRegistered => NameKey.IsRequired;

    /// <summary>The layer on this input, or null after a reported error.</summary>
    /// <param name="fields">Its keys, without errors.</param>
    /// <param name="line">Its line in the spec, or 0.</param>
    /// <param name="input">The shape that comes in.</param>
    /// <param name="report">Takes what does not fit.</param>
    public abstract LayerSpec? Build(Fields fields, int line, Shape input, Report report);

    public string Name(Fields fields) => fields.Get(NameKey, "");

    /// <summary>The layer in messages.</summary>
    public string What(Fields fields) => Name(fields) is { Length: > 0 } given ? $"{Type} '{given}'" : Type;

    protected LayerSpec? DoesNotFit(Fields fields, Shape input, string takes, string advice, Report report)
    {
        report.Add(Descriptors.ShapeDoesNotFit, fields.Locate(TypeKey), What(fields), takes, input.ToString(), advice);
        return null;
    }

    protected LayerSpec? NeedsImage(Fields fields, Shape input, Report report) =>
        DoesNotFit(fields, input, "an image [C, H, W]", "; move it before flatten", report);
}
