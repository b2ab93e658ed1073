using System.Text.Json;
using Microsoft.Playwright;

namespace Engage.Browser.Tests;

/// <summary>One person at her browser: what she does in a room, by what she sees there.</summary>
internal sealed record RoomGuest(IPage Page, string UserName, string Password, string Name)
{
    public ILocator Messages => Page.GetByTestId("message");
    public ILocator Texts => Page.GetByTestId("message-text");
    public ILocator Closed => Page.GetByTestId("room-closed");

    public async Task SignUpAsync()
    {
        await Page.GetByTestId("sign-up").ClickAsync();
        await Page.GetByTestId("user-name").FillAsync(UserName);
        await Page.GetByTestId("display-name").FillAsync(Name);
        await Page.GetByTestId("password").FillAsync(Password);
        // Otherwise creators would see what she does without her name.
        await Page.GetByTestId("consent-analytics").CheckAsync();
        await Page.GetByTestId("submit").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("sign-out")).ToBeVisibleAsync();
    }

    public async Task SignInAsync()
    {
        await Page.GetByTestId("sign-in").ClickAsync();
        await Page.GetByTestId("user-name").FillAsync(UserName);
        await Page.GetByTestId("password").FillAsync(Password);
        await Page.GetByTestId("submit").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("sign-out")).ToBeVisibleAsync();
    }

    public async Task<string> UserAsync() => (await SessionAsync()).GetProperty("user").GetString()!;
    public async Task<string> TokenAsync() => (await SessionAsync()).GetProperty("accessToken").GetString()!;

    public async Task<RoomGuest> EnterAsync(string room)
    {
        await GoAsync($"#/rooms/{room}");
        await Assertions.Expect(Page.GetByTestId("room")).ToBeVisibleAsync();
        return this;
    }

    public Task GoAsync(string hash) => Page.EvaluateAsync("hash => { location.hash = hash }", hash);

    public async Task SayAsync(string text)
    {
        await Page.GetByTestId("composer-text").FillAsync(text);
        await Page.GetByTestId("composer-text").PressAsync("Enter");
    }

    public Task OpenTabAsync(string tab) => Page.GetByTestId($"tab-{tab}").ClickAsync();

    /// <summary>The message with this text, its tools in sight.</summary>
    public async Task<ILocator> PickAsync(string text)
    {
        // A quote in an answer has the same words.
        var message = Messages.Filter(new() { Has = Texts.Filter(new() { HasText = text }) });
        await message.HoverAsync();
        return message;
    }

    public Task SeesAsync(string text) => Assertions.Expect(Texts.Filter(new() { HasText = text })).ToHaveCountAsync(1);

    private async Task<JsonElement> SessionAsync() => JsonSerializer.Deserialize<JsonElement>(
        await Page.EvaluateAsync<string>("sessionStorage.getItem('engage.session')"));
}
