using Npgsql;
using NpgsqlTypes;

namespace Iterate.Infrastructure.Postgres;

/// <summary>Typed array parameters for <c>unnest</c>.</summary>
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
}
