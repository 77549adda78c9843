using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Parameters of a query that is put together, numbered as they come.</summary>
internal sealed class SqlParameters
{
    private readonly List<NpgsqlParameter> _all = [];

    /// <summary>Remembers a value and answers its place in the text.</summary>
    public string Add(NpgsqlParameter parameter)
    {
        _all.Add(parameter);
        return $"${_all.Count}";
    }

    /// <summary>Puts them, as copies, into a command.</summary>
    public void CopyTo(NpgsqlParameterCollection parameters)
    {
        foreach (var parameter in _all)
        {
            parameters.Add(parameter.Clone());
        }
    }
}
