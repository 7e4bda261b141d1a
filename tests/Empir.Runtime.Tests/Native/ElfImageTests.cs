namespace Empir.Native;

public sealed class ElfImageTests
{
    [LinuxFact]
    public void Every_damaged_library_is_one_clear_error()
    {
        var intact = File.ReadAllBytes(NativeLibraries.Report.Wrapper!);
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var damaged = round % 3 == 0 ? intact[..random.Next(intact.Length)] : (byte[])intact.Clone();
            // The headers, and the dynamic section, which lies near the end.
            for (var i = 0; i < 20 && damaged.Length > 0; i++)
                damaged[random.Next(2) == 0 ? random.Next(Math.Min(512, damaged.Length)) : random.Next(damaged.Length * 3 / 4, damaged.Length)] = (byte)random.Next(256);

            var error = Record.Exception(() => ElfImage.Parse("wrapper.so", damaged));

            if (error is not null)
                Assert.StartsWith("wrapper.so is not a usable library", Assert.IsType<NativeLoadException>(error).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("#!/bin/sh")]
    [InlineData("\u007fELF\u0001\u0001 a 32-bit library, of which not even the header is complete, though it is long enough")]
    public void What_is_no_64_bit_library_is_refused(string content) =>
        Assert.Throws<NativeLoadException>(() => ElfImage.Parse("x.so", System.Text.Encoding.Latin1.GetBytes(content)));

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("/no/such.so", Assert.Throws<NativeLoadException>(() => ElfImage.Read("/no/such.so")).Message, StringComparison.Ordinal);
}
