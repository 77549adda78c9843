using Npgsql;
using NpgsqlTypes;

namespace Iterate.Infrastructure.Postgres;

/// <summary>Typed parameters, arrays among them for <c>unnest</c>.</summary>
internal static class Sql
{
    public static NpgsqlParameter Array<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> select)
    {
        var values = new TValue[rows.Count];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = select(rows[index]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values };
    }

    public static NpgsqlParameter JsonArray<TRow>(IReadOnlyList<TRow> rows, Func<TRow, string?> select)
    {
        var parameter = Array(rows, select);
        parameter.NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb;
        return parameter;
    }

    public static NpgsqlParameter TimeArray<TRow>(IReadOnlyList<TRow> rows, Func<TRow, DateTimeOffset?> select)
    {
        var parameter = Array(rows, row => select(row)?.UtcDateTime);
        parameter.NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz;
        return parameter;
    }

    public static NpgsqlParameter Text(string? value) => new NpgsqlParameter<string?> { TypedValue = value };

    public static NpgsqlParameter Number(long value) => new NpgsqlParameter<long> { TypedValue = value };

    public static NpgsqlParameter Time(DateTimeOffset? value) =>
        new NpgsqlParameter<DateTime?> { TypedValue = value?.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter Json(string? value) => new NpgsqlParameter<string?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Jsonb };
}
