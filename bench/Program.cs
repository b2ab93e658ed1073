using System.CommandLine;
using Engage.Bench;
using Engage.Bench.Actors;
using Engage.Bench.Connections;
using Engage.Bench.Evaluation;
using Engage.Bench.Fanout;
using Engage.Bench.Freshness;
using Engage.Bench.Journal;
using Engage.Bench.Orders;
using Engage.Bench.Retrieval;
using Engage.Bench.Scoring;
using Engage.Bench.Sends;
using Engage.LoadGen.Protocol;

var root = new RootCommand("Measures the platform: quality of recommendation, and speed beside peers.")
{
    EvaluateCommand.Create(),
    FreshnessCommand.Create(),
    JournalCommand.Create(),
    OrdersCommand.Create(),
    ActorsCommand.Create(),
    ActorsCommand.CreatePopulation(),
    ScoringCommand.Create(),
    RetrievalCommand.Create(),
    FanoutCommand.Create(),
    ConnectionsCommand.Create(),
    SendsCommand.Create(),
    SendsCommand.CreateHost(),
};
return await CommandLineProgram.RunAsync(root, args).ConfigureAwait(false);
