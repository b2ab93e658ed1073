using System.CommandLine;
using Engage.Bench;

var root = new RootCommand("Measures the platform: quality of recommendation, and speed beside peers.")
{
    EvaluateCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
