using Engage.Silo;
using Engage.Silo.Ledger;
using Microsoft.Extensions.Hosting;

if (args is ["ledger", .. var verb]) return await LedgerCommand.RunAsync(verb);

await EngageNode.Build(args).RunAsync();
return 0;
