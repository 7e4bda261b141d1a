
namespace Empir.Native;

public sealed class DevicesTests
{
    [Fact]
    public void Cpu_is_always_there() => Assert.Equal(DeviceType.CPU, Devices.Parse("cpu").type);

    [Theory]
    [InlineData("gpu")]
    [InlineData("")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:one")]
    [InlineData("cuda:99999999999")]
    public void Another_name_is_refused_with_the_names_there_are(string name) =>
        Assert.EndsWith("use cpu, cuda or cuda:N.", Assert.Throws<UserErrorException>(() => Devices.Parse(name)).Message, StringComparison.Ordinal);

    [NoGpuFact]
    public void Without_a_gpu_there_is_one_line_with_a_remedy()
    {
        var message = Assert.Throws<NativeLoadException>(() => Devices.Parse("cuda:1")).Message;

        Assert.StartsWith("--device cuda:1: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [GpuFact]
    public void With_a_gpu_the_first_is_the_one_without_a_number()
    {
        using var x = torch.ones(3, device: Devices.Parse("cuda"));

        Assert.Equal(0, x.device_index);
        Assert.Equal(3, x.sum().item<float>());
    }
}
