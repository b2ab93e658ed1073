using Npgsql;

namespace Engage.Storage.Postgres;

/// <summary>Parameters by position, typed, so that nothing is boxed and null has a type.</summary>
internal static class PostgresParameters
{
    public static NpgsqlParameterCollection Int(this NpgsqlParameterCollection list, int value) => list.Typed(value);

    public static NpgsqlParameterCollection IntOrNull(this NpgsqlParameterCollection list, int? value) =>
        list.Typed(value);

    public static NpgsqlParameterCollection Long(this NpgsqlParameterCollection list, long value) => list.Typed(value);

    public static NpgsqlParameterCollection Short(this NpgsqlParameterCollection list, short value) =>
        list.Typed(value);

    public static NpgsqlParameterCollection Text(this NpgsqlParameterCollection list, string? value) =>
        list.Typed(value);

    public static NpgsqlParameterCollection Bytes(this NpgsqlParameterCollection list, byte[]? value) =>
        list.Typed(value);

    public static NpgsqlParameterCollection Bytes(this NpgsqlParameterCollection list, ReadOnlyMemory<byte> value) =>
        list.Typed(value);

    /// <summary>UTC.</summary>
    public static NpgsqlParameterCollection Time(this NpgsqlParameterCollection list, DateTime value) =>
        list.Typed(value);

    private static NpgsqlParameterCollection Typed<T>(this NpgsqlParameterCollection list, T value)
    {
        list.Add(new NpgsqlParameter<T> { TypedValue = value });
        return list;
    }
}
