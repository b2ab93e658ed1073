using System.CommandLine;

namespace Engage.LoadGen.Replay;

/// <summary>The option <c>--limit</c> of every program that reads a data set.</summary>
public static class LimitOption
{
    public static Option<int?> Create()
    {
        var option = new Option<int?>("--limit") { Description = "Only the first N events in time order." };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var limit) && limit < 1)
                result.AddError($"--limit {limit}: expected a number of events from 1.");
        });
        return option;
    }
}
