using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Engage.Contracts;

/// <summary>Identifies a person. 1 to 64 characters, see <see cref="IdText"/>.</summary>
[GenerateSerializer, Immutable, Alias("engage.user-id"), JsonConverter(typeof(IdJsonConverter<UserId>))]
public readonly record struct UserId([property: Id(0)] string Value) : ITextId<UserId>
{
    public static UserId From(string value) => new(value);
    public override string ToString() => Value;
}

/// <summary>Identifies a course, lecture, article or other content item.</summary>
[GenerateSerializer, Immutable, Alias("engage.content-id"), JsonConverter(typeof(IdJsonConverter<ContentId>))]
public readonly record struct ContentId([property: Id(0)] string Value) : ITextId<ContentId>
{
    public static ContentId From(string value) => new(value);
    public override string ToString() => Value;
}

/// <summary>Identifies someone who publishes contents.</summary>
[GenerateSerializer, Immutable, Alias("engage.creator-id"), JsonConverter(typeof(IdJsonConverter<CreatorId>))]
public readonly record struct CreatorId([property: Id(0)] string Value) : ITextId<CreatorId>
{
    public static CreatorId From(string value) => new(value);
    public override string ToString() => Value;
}

/// <summary>Identifies a community: the place contents, creators and participants share.</summary>
[GenerateSerializer, Immutable, Alias("engage.community-id"), JsonConverter(typeof(IdJsonConverter<CommunityId>))]
public readonly record struct CommunityId([property: Id(0)] string Value) : ITextId<CommunityId>
{
    public static CommunityId From(string value) => new(value);
    public override string ToString() => Value;
}

/// <summary>Identifies a room: one live lecture or standing chat of a community.</summary>
[GenerateSerializer, Immutable, Alias("engage.room-id"), JsonConverter(typeof(IdJsonConverter<RoomId>))]
public readonly record struct RoomId([property: Id(0)] string Value) : ITextId<RoomId>
{
    public static RoomId From(string value) => new(value);
    public override string ToString() => Value;
}

/// <summary>An id that is one string on the wire, in storage and as a grain key.</summary>
public interface ITextId<TSelf> where TSelf : struct, ITextId<TSelf>
{
    string Value { get; }
    static abstract TSelf From(string value);
}

/// <summary>What an id may look like, wherever it comes from.</summary>
public static class IdText
{
    public const int LengthMax = 64;

    /// <summary>
    /// 1 to 64 characters of <c>A-Z a-z 0-9 . _ : -</c>: safe as URL segment, log field and grain key.
    /// </summary>
    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        // Dots alone mean places in a path, wherever an id becomes part of one.
        if (string.IsNullOrEmpty(text) || text.Length > LengthMax || text is "." or "..") return false;

        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or ':' or '-'))
                return false;
        return true;
    }
}
