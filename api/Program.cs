using Engage.Api;

await EngageServer.Build(args).RunAsync();
