using Engage.Silo;

await EngageNode.Build(args).RunAsync();
