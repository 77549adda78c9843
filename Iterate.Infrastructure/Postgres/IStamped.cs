namespace Iterate.Infrastructure.Postgres;

/// <summary>A row that knows when it was made and last changed; both are set when the context saves.</summary>
public interface IStamped
{
    /// <summary>When the row was inserted, UTC.</summary>
    DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the row was last written through the context, UTC.</summary>
    DateTimeOffset UpdatedAt { get; set; }
}
