namespace Engage.Recommend;

/// <summary>How near expected ratings were, over the newest.</summary>
/// <param name="Examples">Ratings ever.</param>
/// <param name="Window">Ratings the rest is about.</param>
/// <param name="Rmse">Root of the mean squared error, in ratings; NaN for none.</param>
/// <param name="BaseRmse">The same for always saying the mean of all ratings so far.</param>
public sealed record SatisfactionProgress(long Examples, int Window, double Rmse, double BaseRmse);

/// <summary>Progressive validation of <see cref="SatisfactionModel"/>, as a ring.</summary>
internal sealed class ErrorWindow(int size)
{
    private readonly float[] _errors = new float[size];
    private readonly float[] _baseErrors = new float[size];
    private long _examples;

    private int Count => (int)Math.Min(_examples, size);

    public void Add(float error, float baseError)
    {
        var at = _examples++ % size;
        (_errors[at], _baseErrors[at]) = (error, baseError);
    }

    public long Examples => _examples;

    public SatisfactionProgress Read() => new(_examples, Count, Root(_errors), Root(_baseErrors));

    public void Carry(ModelState state, string name)
    {
        state.Fixed($"{name}.errors", _errors);
        state.Fixed($"{name}.base_errors", _baseErrors);
        state.Value($"{name}.examples", ref _examples);
    }

    private double Root(float[] errors)
    {
        var sum = 0.0;
        foreach (var error in errors.AsSpan(0, Count))
            sum += (double)error * error;
        return Math.Sqrt(sum / Count);
    }
}
