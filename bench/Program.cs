using System.CommandLine;
using Engage.Bench;
using Engage.Bench.Freshness;

var root = new RootCommand("Measures the platform: quality of recommendation, and speed beside peers.")
{
    EvaluateCommand.Create(),
    FreshnessCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
