using Empir.Generator.Values;

namespace Empir.Generator.Checking.Specs;

/// <summary>The shape of one image's activation, without the batch: [C, H, W] or [F].</summary>
internal sealed record Shape(EquatableArray<int> Dimensions)
{
    public bool IsImage => Dimensions.Count == 3;

    public int Channels => Dimensions[0];

    public int Height => Dimensions[1];

    public int Width => Dimensions[2];

    public long Elements => IsImage ? (long)Channels * Height * Width : Channels;

    public Shape WithChannels(int channels) => IsImage ? Image(channels, Height, Width) : Vector(channels);

    public static Shape Image(int channels, int height, int width) => new([channels, height, width]);

    public static Shape Vector(int features) => new([features]);

    public override string ToString() => $"[{Join(", ")}]";

    public string Join(string separator) => IsImage
        ? string.Concat([Text(Channels), separator, Text(Height), separator, Text(Width)])
        : Text(Channels);

    private static string Text(int dimension) => dimension.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
