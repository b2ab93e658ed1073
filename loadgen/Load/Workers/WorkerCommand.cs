using System.CommandLine;
using Engage.LoadGen.Load.Wire;

namespace Engage.LoadGen.Load.Workers;

/// <summary>The hidden command that a run starts its worker processes with.</summary>
internal static class WorkerCommand
{
    public const string Name = "load-worker";

    public static Command Create()
    {
        var command = new Command(Name, "Takes orders on standard input; started by 'load'.") { Hidden = true };
        command.SetAction((_, cancellation) =>
        {
            EventLoop.UseOneThread();
            return new LoadWorker(Console.In, Console.Out, TimeProvider.System).RunAsync(cancellation);
        });
        return command;
    }
}
