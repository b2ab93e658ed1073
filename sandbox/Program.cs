using Engage.Sandbox;

// A card provider to try everything with: no money, and every fault that a real one has. docs/protocol.md, "Card
// provider", is what it speaks; it knows nothing else of the platform.
var app = SandboxServer.Build(args);
await app.RunAsync();
