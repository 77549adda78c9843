namespace Iterate.Faults.Tests.Clusters;

/// <summary>Where transactions of a kind can be stopped inside the database.</summary>
/// <param name="Name">Of it, and of its trigger.</param>
/// <param name="Table">Where the trigger lies.</param>
/// <param name="Trigger">What creates the trigger, which calls <c>pass_gate()</c>.</param>
internal sealed record Phase(string Name, string Table, string Trigger)
{
    /// <summary>At one of its rows.</summary>
    /// <param name="name">Of the phase.</param>
    /// <param name="table">Where the row lies.</param>
    /// <param name="moment">Such as <c>before insert</c>.</param>
    /// <param name="condition">Which rows those are, in SQL on <c>new</c> and <c>old</c>.</param>
    public static Phase AtRow(string name, string table, string moment, string condition) => new(
        name, table, $"""create trigger "{name}" {moment} on {table} for each row when ({condition}) execute function pass_gate()""");

    /// <summary>All of it is written and its commit has begun.</summary>
    /// <param name="name">Of the phase.</param>
    /// <param name="table">Where one of its rows lies.</param>
    /// <param name="operation"><c>insert</c> or <c>update</c>.</param>
    /// <param name="condition">Which rows those are, in SQL on <c>new</c> and <c>old</c>.</param>
    public static Phase AtCommit(string name, string table, string operation, string condition) => new(
        name, table,
        $"""
        create constraint trigger "{name}" after {operation} on {table} deferrable initially deferred
        for each row when ({condition}) execute function pass_gate()
        """);
}
