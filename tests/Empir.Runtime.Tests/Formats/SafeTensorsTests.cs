using System.Text;
using static TorchSharp.torch;

namespace Empir.Formats;

public sealed class SafeTensorsTests : IDisposable
{
    private static readonly Dictionary<string, string> None = [];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_element_type_comes_back_to_the_bit()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        Dictionary<string, Tensor> tensors = [];
        foreach (var type in SafeTensorsType.All)
        {
            var tensor = empty([3, 5], type.Scalar);
            random.NextBytes(tensor.bytes);
            tensors[type.Name] = type.Scalar == ScalarType.Bool ? rand(3, 5) > 0.5 : tensor;
        }
        tensors["scalar"] = tensor(0.1f);
        tensors["empty"] = zeros(0, 3);
        tensors["transposed"] = rand(2, 3).t();
        tensors["name with \"quotes\" and é"] = zeros(1);
        var path = folder.File("all.safetensors");

        SafeTensors.Write(path, tensors, new Dictionary<string, string> { ["spec_sha256"] = "ab\n\"cd\"" });
        using var file = SafeTensors.Read(path);

        Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, expected) in tensors)
        {
            Assert.Equal(expected.dtype, file.Tensors[name].dtype);
            Assert.Equal(expected.shape, file.Tensors[name].shape);
            Assert.Equal(expected.contiguous().bytes.ToArray(), file.Tensors[name].bytes.ToArray());
        }
        Assert.Equal("ab\n\"cd\"", SafeTensors.ReadMetadata(path)["spec_sha256"]);
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes_aligned_to_their_elements()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (ones(3, dtype: ScalarType.Byte), ones(2, dtype: ScalarType.Int64), ones(1));
        var (one, other) = (folder.File("1"), folder.File("2"));

        SafeTensors.Write(one, new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b, ["c"] = c }, new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        SafeTensors.Write(other, new Dictionary<string, Tensor> { ["c"] = c, ["b"] = b, ["a"] = a }, new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });

        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(other));
        using var stream = File.OpenRead(one);
        var header = SafeTensorsHeader.Read(one, stream);
        Assert.Equal(0, header.DataStart % 8);
        Assert.All(header.Entries, entry => Assert.Equal(0, entry.Begin % entry.Type.Size));
    }

    [Fact]
    public void A_file_is_replaced_whole_and_nothing_else_is_left_in_the_folder()
    {
        using var scope = NewDisposeScope();
        var path = folder.File("deep/er/weights.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["w"] = ones(1000) }, None);
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["w"] = zeros(1) }, None);

        Assert.Equal("weights.safetensors", Path.GetFileName(Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!))));
        using var file = SafeTensors.Read(path);
        Assert.Equal(0, file.Tensors["w"].item<float>());
    }

    [Fact]
    public void A_type_that_the_format_lacks_is_refused()
    {
        using var complex = zeros(1, dtype: ScalarType.ComplexFloat32);
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(folder.File("x"), new Dictionary<string, Tensor> { ["w"] = complex }, None));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var error = Assert.Throws<UserErrorException>(() => SafeTensors.Read(folder.File("nothing.safetensors")));
        Assert.Equal($"{folder.File("nothing.safetensors")} is not there; check the path.", error.Message);
    }

    [Theory]
    [InlineData("", 0, "not the JSON")]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData("{\"w\":1}", 0, "tensor 'w' lacks")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "not the JSON")]
    [InlineData("{\"w\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "unknown dtype 'F31'")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "impossible shape")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[0,9223372036854775807],\"data_offsets\":[0,0]}}", 0, "impossible shape")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0, "impossible shape")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "tensor 'w' lacks")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1000000000000],\"data_offsets\":[0,4000000000000]}}", 4, "need 4000000000000 bytes")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "has 8 bytes by its shape")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "lies from 4 to 0")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4, "lies from -4 to 0")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "begins at 4, where 0")]
    [InlineData("{\"v\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}", 6, "begins at 2, where 4")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, "need 4 bytes and it holds 3")]
    [InlineData("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "need 4 bytes and it holds 5")]
    [InlineData("{\"w\":{\"dtype\":\"BOOL\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "neither 0 nor 1")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", 0, "metadata 'a' is not a string")]
    [InlineData("{\"__metadata__\":[]}", 0, "__metadata__ is not a JSON object")]
    public void A_header_that_breaks_a_rule_is_one_line_that_names_it(string json, int dataBytes, string reason)
    {
        var path = folder.File("bad.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)json.Length), .. Encoding.UTF8.GetBytes(json), .. Enumerable.Repeat((byte)2, dataBytes)]);

        var message = Assert.Throws<CorruptFileException>(() => SafeTensors.Read(path)).Message;

        Assert.StartsWith($"{path} is damaged: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_without_even_a_length_is_refused(int bytes)
    {
        var path = folder.File("short.safetensors");
        File.WriteAllBytes(path, new byte[bytes]);
        Assert.Contains("shorter than the 8 bytes", Assert.Throws<CorruptFileException>(() => SafeTensors.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(99_000_000UL)]
    public void A_length_beyond_the_file_is_refused_before_anything_is_allocated(ulong length)
    {
        var path = folder.File("long.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(length), .. "{}"u8]);
        Assert.Contains($"should have {length} bytes", Assert.Throws<CorruptFileException>(() => SafeTensors.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutated_file_never_fails_in_any_other_way()
    {
        using var scope = NewDisposeScope();
        var path = folder.File("fuzz.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["conv1.weight"] = rand(2, 3), ["mask"] = ones(4, dtype: ScalarType.Bool) }, new Dictionary<string, string> { ["k"] = "v" });
        var intact = File.ReadAllBytes(path);
        var random = new Random(1);
        var refused = 0;
        for (var round = 0; round < 2000; round++)
        {
            var bytes = (byte[])intact.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                SafeTensors.Read(path).Dispose();
            }
            catch (CorruptFileException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 1999);
    }

    [GoldenFact]
    public void PyTorchs_own_files_are_read()
    {
        using var surfaces = SafeTensors.Read(Path.Combine(Repository.Golden, "surfaces.safetensors"));
        using var attacks = SafeTensors.Read(Path.Combine(Repository.Golden, "attacks.safetensors"));

        Assert.Equal([16, 1, 8, 8], surfaces.Tensors["low_a.conv1.weight"].shape);
        Assert.Equal("PyTorch 1.13", surfaces.Metadata["producer"]);
        Assert.All(surfaces.Tensors.Values.Concat(attacks.Tensors.Values).Where(t => t.is_floating_point()), t => Assert.True(isfinite(t).all().item<bool>()));
    }
}
