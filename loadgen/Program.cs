using System.CommandLine;
using Engage.LoadGen.Load;
using Engage.LoadGen.Load.Workers;
using Engage.LoadGen.Protocol;
using Engage.LoadGen.Replay;

var root = new RootCommand("Drives Engage over its public protocol and measures what comes back.")
{
    ReplayCommand.Create(),
    LoadCommand.Create(),
    WorkerCommand.Create(),
};
return await CommandLineProgram.RunAsync(root, args);
