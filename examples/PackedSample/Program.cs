using Empir.Packed;
using PackedSample;

if (args is not [var path, _, ..])
{
    Console.Error.WriteLine("usage: PackedSample MODEL.empirpack IMAGE... (binary PGM or PPM)");
    return 2;
}
try
{
    using var ensemble = PackedEnsemble.Load(path, new() { Threads = 1 });
    var model = ensemble.Model;
    Span<int> classes = stackalloc int[1];
    foreach (var file in args[1..])
    {
        var image = PortableImage.Read(file);
        if ((image.Channels, image.Height, image.Width) != (model.Input.Channels, model.Input.Height, model.Input.Width))
            throw new InvalidDataException($"{file} has {image.Channels} x {image.Height} x {image.Width} values, and {model.Name} takes {model.Input.Channels} x {model.Input.Height} x {model.Input.Width}.");
        ensemble.Predict(image.Pixels, classes);
        Console.WriteLine($"{file}: {model.ClassNames?[classes[0]] ?? $"class {classes[0]}"}");
    }
    return 0;
}
catch (Exception error) when (error is PackedFileException or InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
