using Engage.Silo;
using Microsoft.Extensions.Hosting;

await EngageNode.Build(args).RunAsync();
