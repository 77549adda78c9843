using Iterate.Infrastructure.Postgres;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Postgres;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("iterate-data-");

    private string Inside => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void a_directory_has_one_owner_at_a_time()
    {
        using var owner = DataDirectory.Open(Inside);

        Should.Throw<StartupException>(() => DataDirectory.Open(Inside)).Message
            .ShouldBe($"The data directory {Inside} is in use by another process; stop that one or choose another folder with --data.");
    }

    [Fact]
    public void a_directory_given_back_can_be_taken_again()
    {
        DataDirectory.Open(Inside).Dispose();

        using var again = DataDirectory.Open(Inside);
        again.Path.ShouldBe(Inside);
    }

    [Fact]
    public void others_cannot_look_into_a_new_directory()
    {
        using var directory = DataDirectory.Open(Inside);

        (File.GetUnixFileMode(Inside) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public void a_path_through_a_file_is_refused_with_one_sentence()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");

        Should.Throw<StartupException>(() => DataDirectory.Open(Path.Combine(file, "data"))).Message.ShouldStartWith("The data directory ");
    }
}
