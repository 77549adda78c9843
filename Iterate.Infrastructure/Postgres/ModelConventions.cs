using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Iterate.Infrastructure.Postgres;

/// <summary>
/// What every table has in common: snake_case names, enums as checked words, and rows that never vanish because
/// another row was deleted.
/// </summary>
internal static class ModelConventions
{
    public static void Apply(ModelBuilder model)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            var table = Snake(entity.ClrType.Name);
            entity.SetTableName(table);
            entity.FindPrimaryKey()!.SetName($"{table}_pkey");
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Snake(property.Name));
                if (property.ClrType.IsEnum)
                {
                    StoreAsWord(entity, property);
                }
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName($"{table}_{Columns(index.Properties)}_{(index.IsUnique ? "key" : "idx")}");
            }

            foreach (var foreignKey in entity.GetForeignKeys())
            {
                foreignKey.SetConstraintName($"{table}_{Columns(foreignKey.Properties)}_fkey");
                foreignKey.DeleteBehavior = DeleteBehavior.Restrict;
            }
        }
    }

    private static void StoreAsWord(IMutableEntityType entity, IMutableProperty property)
    {
        property.SetValueConverter(typeof(KebabEnumConverter<>).MakeGenericType(property.ClrType));
        var words = Enum.GetNames(property.ClrType).Select(name => $"'{JsonNamingPolicy.KebabCaseLower.ConvertName(name)}'");
        entity.AddCheckConstraint(
            $"{entity.GetTableName()}_{property.GetColumnName()}_check", $"{property.GetColumnName()} in ({string.Join(", ", words)})");
    }

    private static string Columns(IEnumerable<IMutableProperty> properties) =>
        string.Join('_', properties.Select(property => Snake(property.Name)));

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
