using Engage.Contracts;
using Engage.Contracts.Catalogue;
using Engage.Contracts.Commerce;
using Engage.Grains.Commerce.Cards;
using Engage.Storage.Books;
using Microsoft.Extensions.DependencyInjection;

namespace Engage.Grains.Tests.Commerce;

/// <summary>A platform with something for sale, on books and a provider that do what a test wants.</summary>
internal sealed class ShopRig : IAsyncDisposable
{
    private readonly TestPlatform _platform;

    private ShopRig(TestPlatform platform, MemoryBooks books, FakeProvider provider) =>
        (_platform, Books, Provider) = (platform, books, provider);

    public MemoryBooks Books { get; }
    public FakeProvider Provider { get; }
    public IGrainFactory Grains => _platform.Grains;
    public TestPlatform Platform => _platform;

    public static Task<ShopRig> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(_ => { }, settings);

    /// <param name="configure">Adds to the silo's services.</param>
    public static async Task<ShopRig> StartAsync(
        Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        var (books, provider) = (new MemoryBooks(), new FakeProvider());
        var platform = await TestPlatform.StartAsync(
            services =>
            {
                services.AddSingleton<IBooks>(books);
                services.AddSingleton<ICardProvider>(provider);
                configure(services);
            },
            [
                ("Commerce:Card:Url", "http://provider.test"),
                ("Commerce:Card:WebhookSecret", "a-secret-for-tests-of-at-least-32-characters"), .. settings,
            ]);
        var rig = new ShopRig(platform, books, provider);
        await platform.CreateContentsAsync(2);
        foreach (var id in (string[])["c-paid", "c-more"])
            await platform.Grains.GetGrain<IContentGrain>(id).CreateAsync(
                new()
                {
                    Id = new(id),
                    ContentKind = ContentKind.Course,
                    Creator = new("k-1"),
                    Community = new("g-1"),
                    Title = new() { En = "Paid", Zh = "付费" },
                    Price = new(10_000, "CNY"),
                },
                CancellationToken.None);
        return rig;
    }

    public static OrderId IdOf(string buyer, string key) => OrderId.Of(new(buyer), key);

    public IOrderGrain Order(string buyer, string key) => Grains.GetGrain<IOrderGrain>(IdOf(buyer, key).Value);

    public Task<OrderReply> PlaceAsync(
        string buyer, string key, PaymentMethod method = PaymentMethod.Card, string token = "tok_ok",
        string offer = "content:c-paid") =>
        Order(buyer, key).PlaceAsync(new(
            new(buyer), $"{offer}|{method}|{token}",
            new() { Offer = new(offer), Pay = new(method, method == PaymentMethod.Card ? token : null) }));

    /// <summary>Puts money into a wallet, as a top-up does.</summary>
    public Task FillWalletAsync(string user, long amount) => Order(user, $"top-up {amount}").PlaceAsync(new(
        new(user), "top-up", null,
        new()
        {
            Kind = OrderKind.TopUp,
            Currency = "CNY",
            Lines =
            [
                new(1, new() { En = "top-up" }, null, 1, amount, amount, [new($"wallet:{user}", amount)], []),
            ],
            Sources = [new(PaymentMethod.Card, amount)],
            Token = "tok_ok",
        }));

    public Task<AccessAnswer> CheckAsync(string user, string resource = "content:c-paid") =>
        Grains.GetGrain<IEntitlementsGrain>(user).CheckAsync(resource);

    public ValueTask DisposeAsync() => _platform.DisposeAsync();
}
