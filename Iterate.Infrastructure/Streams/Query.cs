using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>Runs a prepared read and turns a database that is away into the refusal the contract has for it.</summary>
internal static class Query
{
    /// <summary>All rows of <paramref name="sql"/>.</summary>
    /// <exception cref="ApiException"><c>database-unavailable</c>.</exception>
    public static async Task<List<TRow>> RowsAsync<TRow>(
        NpgsqlDataSource dataSource, string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, TRow> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddRange(parameters);
            await command.PrepareAsync(cancellationToken);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<TRow>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (NpgsqlException exception) when (Outages.IsOutage(exception))
        {
            throw Refusals.DatabaseUnavailable();
        }
    }

    public static NpgsqlParameter Value<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };
}
