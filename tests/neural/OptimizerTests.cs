namespace Engage.Neural.Tests;

public sealed class OptimizerTests
{
    private delegate void Step(Span<float> parameters, ReadOnlySpan<float> gradients);

    [Fact]
    public void SgdEqualsPyTorch() =>
        Follow("sgd", (parameters, gradients) => Sgd.Step(parameters, gradients, 0.05f, 0.1f));

    [Fact]
    public void SgdWithMomentumEqualsPyTorch()
    {
        var velocity = new float[11];
        Follow("sgd_momentum", (parameters, gradients) =>
            Sgd.Step(parameters, velocity, gradients, 0.05f, 0.9f, 0.1f));
    }

    [Fact]
    public void AdagradEqualsPyTorch()
    {
        var sums = Enumerable.Repeat(0.1f, 11).ToArray();
        Follow("adagrad", (parameters, gradients) => Adagrad.Step(parameters, sums, gradients, 1, 0.1f));
    }

    [Fact]
    public void AdamEqualsPyTorch()
    {
        var adam = new Adam(11);
        Follow("adam", (parameters, gradients) => adam.Step(parameters, gradients, 0.01f));
    }

    [Fact]
    public void AdamWEqualsPyTorch()
    {
        var adam = new Adam(11);
        Follow("adamw", (parameters, gradients) => adam.Step(parameters, gradients, 0.01f, 0.2f));
    }

    [Fact]
    public void EachRowOfATableFollowsAdamByItself()
    {
        var adam = new AdamRows(11);
        adam.GrowTo(2);
        // Another row's steps do not change this one's.
        adam.Step(0, new float[11], Golden.Of("adamw")["start"], 0.01f);

        Follow("adamw", (parameters, gradients) => adam.Step(1, parameters, gradients, 0.01f, 0.2f));
        adam.Reset(1);
        Follow("adamw", (parameters, gradients) => adam.Step(1, parameters, gradients, 0.01f, 0.2f));
    }

    [Fact]
    public void ClippingEqualsPyTorch()
    {
        var golden = Golden.Of("clip");
        var whole = golden["before"];
        float[][] parts = [golden["before"][..5], golden["before"][5..]];

        golden.Equal("norm", [GradientClip.ByGlobalNorm(whole, 1.5f)]);
        golden.Equal("norm", [GradientClip.ByGlobalNorm(parts, 1.5f)]);

        golden.Equal("after", whole);
        golden.Equal("after", [.. parts[0], .. parts[1]]);
    }

    [Fact]
    public void ShortAndBrokenGradientsAreLeftAsTheyAre()
    {
        float[] small = [0.3f, 0.4f];
        float[] broken = [1, float.NaN];

        Assert.Equal(0.5f, GradientClip.ByGlobalNorm(small, 1), 1e-6f);
        Assert.False(float.IsFinite(GradientClip.ByGlobalNorm(broken, 0.1f)));

        Assert.Equal([0.3f, 0.4f], small);
        Assert.Equal([1, float.NaN], broken);
    }

    private static void Follow(string name, Step step)
    {
        var golden = Golden.Of(name);
        var (parameters, gradients, after) = (golden["start"], golden["gradients"], new List<float>());
        for (var i = 0; i < 4; i++)
        {
            step(parameters, gradients.AsSpan(i * 11, 11));
            after.AddRange(parameters);
        }

        golden.Equal("after", after.ToArray());
    }
}
