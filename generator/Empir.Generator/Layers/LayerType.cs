using Empir.Generator.Checking.Forms;
using Empir.Generator.Checking.Specs;
using Empir.Generator.Diagnostics;
using Empir.Generator.Values;

namespace Empir.Generator.Layers;

/// <summary>
/// One layer type of the language: its keys, what it does to a shape, and its C#. A new type is one class like this and its
/// line in <see cref="LayerCatalogue" />; docs/adding-a-layer.md walks through one.
/// </summary>
internal abstract class LayerType
{
    public const int MaximumChannels = 65_536;
    public const int MaximumWindow = 256;

    protected const string Modules = "global::TorchSharp.Modules";
    protected const string Factory = "global::TorchSharp.torch.nn";
    protected const string Operations = "global::Empir.Modules.Operations";

    /// <param name="type">Its name in the spec.</param>
    /// <param name="description">What it does, in one line.</param>
    /// <param name="isRegistered">Whether it is registered under its name, which it then needs, and becomes a property.</param>
    /// <param name="keys">Its keys besides type and name.</param>
    protected LayerType(string type, string description, bool isRegistered, params Key[] keys) : this(type, description, isRegistered, isRegistered, keys) { }

    private protected LayerType(string type, string description, bool isRegistered, bool needsName, Key[] keys)
    {
        Type = type;
        Description = description;
        IsRegistered = isRegistered;
        TypeKey = Key.Required("type", new ChoiceForm(type), description);
        NameKey = needsName
            ? Key.Required("name", NameForm.Snake, "The layer's name: its prefix in the state_dict and its property in C#.")
            : Key.Optional("name", NameForm.Snake, isRegistered ? "The block's name; not needed where it is all that a repeat holds." : "The layer's name, by which add and concat find it.");
        Table = new($"a {type} layer", [TypeKey, NameKey, .. keys]);
    }

    public string Type { get; }

    public string Description { get; }

    public bool IsRegistered { get; }

    public Key<string> TypeKey { get; }

    public Key<string> NameKey { get; }

    public KeyTable Table { get; }

    /// <summary>The layers inside a layer of this type.</summary>
    public virtual IEnumerable<IReadOnlyList<Item<DeclaredLayer?>>> Inside(Fields fields) => [];

    /// <summary>The layer on its input, or null after a reported error.</summary>
    public abstract LayerSpec? Build(LayerContext layer);
}

/// <summary>A layer being built.</summary>
/// <param name="Declared">The layer as declared.</param>
/// <param name="Fields">Its keys, computed and without errors.</param>
/// <param name="At">Its name, line and input.</param>
/// <param name="Scope">The list of layers it stands in.</param>
/// <param name="Builder">Builds the layers inside it.</param>
/// <param name="Report">Takes what does not fit.</param>
internal sealed record LayerContext(DeclaredLayer Declared, Fields Fields, LayerPlace At, LayerScope Scope, NetworkBuilder Builder, Report Report)
{
    public Shape Input => At.Input;

    public T Get<T>(Key<T> key) => Fields.Get(key);

    public T Get<T>(Key<T> key, T fallback) => Fields.Get(key, fallback);

    /// <summary>The layer in messages.</summary>
    public string What => Declared.What(Scope.Prefix);

    public LayerSpec? DoesNotFit(string takes, string advice)
    {
        Report.Add(Descriptors.ShapeDoesNotFit, Declared.TypeSpan, What, takes, Input.ToString(), advice);
        return null;
    }

    /// <summary>Whether a key is there although something else makes it mean nothing; reported if so.</summary>
    public bool IsUnused(Key key, bool meaningless, string with)
    {
        if (!meaningless || !Fields.Has(key))
            return false;
        Report.Add(Descriptors.UnusedKey, Fields.Locate(key), key.Name, with);
        return true;
    }

    public LayerSpec? NeedsImage() => DoesNotFit("an image [C, H, W]", "; move it before flatten");

    /// <summary>A layer without state that is one call.</summary>
    public FunctionSpec Function(string function, Shape output, string settings = "", params Argument[] arguments) =>
        new(At, output, Declared.Type.Type, settings, [new Step("global::Empir.Modules.Operations." + function, arguments.ToEquatableArray(), output)]);
}
