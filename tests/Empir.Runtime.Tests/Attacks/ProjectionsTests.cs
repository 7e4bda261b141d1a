using Empir.Attacks;
using static TorchSharp.torch;

namespace Empir.Tests.Attacks;

public class ProjectionsTests
{
    [Fact]
    public void A_point_outside_a_ball_moves_to_its_nearest_point_and_one_inside_stays()
    {
        using var center = tensor(new float[,] { { 1, 1 }, { 1, 1 } });
        using var radius = tensor(new float[,] { { 0.5f }, { 10 } });
        using var x = tensor(new float[,] { { 4, 5 }, { 4, 5 } });

        Assert.Equal([1.5f, 1.5f, 4, 5], Values(Projections.OntoBall(x.clone(), center, radius, Norm.Linf)));
        Close([1.3f, 1.4f, 4, 5], Projections.OntoBall(x.clone(), center, radius, Norm.L2));
    }

    [Theory, InlineData(Norm.Linf), InlineData(Norm.L2)]
    public void A_ball_without_radius_is_its_center_and_one_without_bound_is_everything(Norm norm)
    {
        using var center = tensor(new float[,] { { 1, 1 }, { 1, 1 }, { 1, 1 } });
        using var radius = tensor(new float[,] { { 0 }, { float.PositiveInfinity }, { 0 } });
        using var x = tensor(new float[,] { { 4, 5 }, { 4, 5 }, { 1, 1 } });

        Close([1, 1, 4, 5, 1, 1], Projections.OntoBall(x, center, radius, norm));
    }

    [Fact]
    public void The_steepest_direction_has_length_one_however_small_the_gradient_is()
    {
        using var gradient = tensor(new float[,] { { 3, -4 }, { 3e-25f, -4e-25f }, { 0, 0 } });

        Assert.Equal([1f, -1, 1, -1, 0, 0], Values(Projections.Steepest(gradient.clone(), Norm.Linf)));
        Close([0.6f, -0.8f, 0.6f, -0.8f, 0, 0], Projections.Steepest(gradient.clone(), Norm.L2));
    }

    [Fact]
    public void A_hyperplane_within_reach_is_met_at_its_nearest_point()
    {
        // x = (0.5, 0.5), 3a - 4b = 0: an excess of -0.5 over lengths 7 (the dual of Linf) and 5.
        using var x = tensor(new float[,] { { 0.5f, 0.5f } });
        using var weight = tensor(new float[,] { { 3, -4 } });
        using var offset = zeros(1);

        Close([0.5f / 7, -0.5f / 7], Projections.OntoHyperplane(x, weight, offset, 0, 1, Norm.Linf));
        Close([0.5f * 3 / 25, -0.5f * 4 / 25], Projections.OntoHyperplane(x, weight, offset, 0, 1, Norm.L2));
    }

    [Fact]
    public void Where_a_coordinate_meets_the_box_the_others_go_on()
    {
        // a + b + 0c = 1.5 from (0.9, 0.1, 0.3): a has room for 0.1 only, b goes the other 0.4.
        using var x = tensor(new float[,] { { 0.9f, 0.1f, 0.3f } });
        using var weight = tensor(new float[,] { { 1, 1, 0 } });
        using var offset = tensor(new[] { 1.5f });

        foreach (var norm in new[] { Norm.Linf, Norm.L2 })
            Close([0.1f, 0.4f, 0], Projections.OntoHyperplane(x, weight, offset, 0, 1, norm));
    }

    [Fact]
    public void A_hyperplane_out_of_reach_is_approached_as_far_as_the_box_goes()
    {
        using var x = tensor(new float[,] { { 0.9f, 0.1f, 0.3f } });
        using var weight = tensor(new float[,] { { 1, -2, 0 } });
        using var offset = tensor(new[] { 5f });

        foreach (var norm in new[] { Norm.Linf, Norm.L2 })
            Close([0.1f, -0.1f, 0], Projections.OntoHyperplane(x, weight, offset, 0, 1, norm));
    }

    [Theory, InlineData(Norm.Linf), InlineData(Norm.L2)]
    public void No_point_of_the_box_on_the_hyperplane_is_nearer(Norm norm)
    {
        using var random = new Generator(5, CPU);
        using var x = rand([20, 6], generator: random);
        using var weight = randn([20, 6], generator: random);
        using var other = rand([20, 6], generator: random);
        // Planes through points of the box, so that each is within reach.
        using var offset = (weight * other).sum([1]);
        using var change = Projections.OntoHyperplane(x, weight, offset, 0, 1, norm);
        using var met = ((x + change) * weight).sum([1]) - offset;

        Assert.InRange(met.abs().max().ToDouble(), 0, 1e-5);
        Assert.InRange((x + change).min().ToDouble(), -1e-6, 1);
        Assert.InRange((x + change).max().ToDouble(), 0, 1 + 1e-6);
        using var nearer = Projections.Length(change, norm) - Projections.Length(other - x, norm);
        Assert.InRange(nearer.max().ToDouble(), -10, 1e-6);
        // Optimality: coordinates with room left moved by a common amount (Linf), or in proportion to w (L2).
        var (d, w, start) = (Values(change), Values(weight), Values(x));
        for (var image = 0; image < 20; image++)
        {
            var rates = Enumerable.Range(image * 6, 6)
                .Where(i => start[i] + d[i] is > 1e-4f and < 1 - 1e-4f)
                .Select(i => norm == Norm.Linf ? Math.Abs(d[i]) : Math.Abs(d[i] / w[i])).ToArray();
            if (rates.Length > 1)
                Assert.InRange(rates.Max() - rates.Min(), 0, 1e-4);
        }
    }

    private static void Close(float[] expected, Tensor actual)
    {
        var values = Values(actual);
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], values[i], 0.5e-5);
    }

    private static float[] Values(Tensor x) => x.data<float>().ToArray();
}
