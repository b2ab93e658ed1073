using Engage.Peer.SignalR;

// The smallest honest hub: SignalR as its documentation shows it, without logs of requests, accounts or storage.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddSignalR();
builder.Services.AddSingleton<RoomNumbers>();
builder.Services.AddSingleton(TimeProvider.System);
var app = builder.Build();
app.MapHub<RoomHub>("/hub");
await app.RunAsync();
