using Npgsql;

namespace Iterate.Infrastructure.Postgres;

/// <summary>Tells a database that cannot serve from one that was asked for something wrong.</summary>
public static class Outages
{
    private const string ConnectionClass = "08";
    private const string ResourcesClass = "53";
    private const string OperatorClass = "57";
    private const string SystemClass = "58";

    // idle_in_transaction_session_timeout
    private const string FrozenInTransaction = "25P03";

    /// <summary>
    /// Whether <paramref name="exception"/>, or what caused it, is a database that is away, going, coming, cut off, or
    /// without room: the same call may succeed later.
    /// </summary>
    public static bool IsOutage(Exception? exception) => exception switch
    {
        null => false,
        PostgresException refusal => refusal.SqlState is FrozenInTransaction
            || refusal.SqlState[..2] is ConnectionClass or ResourcesClass or OperatorClass or SystemClass,
        NpgsqlException => true,
        _ => IsOutage(exception.InnerException),
    };
}
