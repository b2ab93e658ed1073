using Engage.Contracts;
using Engage.Contracts.Rooms;

namespace Engage.Grains.Rooms;

/// <summary>Who is writing just now: the few who began last. Lives in memory only.</summary>
internal sealed class RoomTyping
{
    public const int NamesMax = 5;

    /// <summary>Whoever goes on writing says so every three seconds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly List<(Person Person, DateTimeOffset Until)> _people = [];

    public bool IsEmpty => _people.Count == 0;

    public void Add(Person person, DateTimeOffset now)
    {
        Remove(person.User);
        _people.Add((person, now + Lifetime));
        if (_people.Count > NamesMax) _people.RemoveAt(0);
    }

    /// <summary>What she wrote is there, or she is gone.</summary>
    public void Remove(UserId user) => _people.RemoveAll(typing => typing.Person.User == user);

    public string[] Names(DateTimeOffset now)
    {
        _people.RemoveAll(typing => typing.Until <= now);
        return [.. _people.Select(typing => typing.Person.Name)];
    }
}
