namespace PackedSample;

/// <summary>An image of the simplest format there is: binary PGM (P5, grey) or PPM (P6, red, green, blue), 8 bits.</summary>
/// <param name="Channels">1 or 3.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Pixels">[C, H, W].</param>
internal sealed record PortableImage(int Channels, int Height, int Width, byte[] Pixels)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no such image.</exception>
    public static PortableImage Read(string path)
    {
        var file = File.ReadAllBytes(path);
        if (file is not [(byte)'P', (byte)'5' or (byte)'6', ..])
            throw new InvalidDataException($"{path} is no binary PGM or PPM image; convert it, such as with 'magick in.png out.pgm'.");
        var channels = file[1] == '5' ? 1 : 3;
        var place = 2;
        var (width, height, largest) = (Number(file, ref place), Number(file, ref place), Number(file, ref place));
        // A single blank ends the header.
        place++;
        if (largest != 255 || width < 1 || height < 1 || (long)width * height * channels != file.Length - place)
            throw new InvalidDataException($"{path} says {width} x {height} pixels up to {largest}, which does not fit its {file.Length} bytes; it has to be whole, with 8 bits.");
        var pixels = new byte[file.Length - place];
        // The file has the colours of a pixel side by side, the network plane by plane.
        for (var i = 0; i < pixels.Length; i++)
            pixels[(i % channels * width * height) + (i / channels)] = file[place + i];
        return new(channels, height, width, pixels);
    }

    // Blanks and comments, then digits.
    private static int Number(byte[] file, ref int place)
    {
        while (place < file.Length && (char.IsWhiteSpace((char)file[place]) || file[place] == '#'))
        {
            if (file[place] == '#')
                while (place < file.Length && file[place] != '\n')
                    place++;
            else
                place++;
        }
        var number = 0;
        for (; place < file.Length && char.IsAsciiDigit((char)file[place]) && number < 1 << 20; place++)
            number = (number * 10) + file[place] - '0';
        return number;
    }
}
