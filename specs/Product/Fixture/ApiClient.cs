using System.Globalization;
using System.Net.Http.Headers;
using Iterate.Cli.Http;
using Iterate.Domain.Api;
using Xunit;

namespace Iterate.Specs;

/// <summary>
/// The contract over HTTP, for what a spec needs to be there before its first step. What a person does in the spec
/// goes through the page.
/// </summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string? _secret;

    /// <summary>Calls as nobody, or as the owner of a session secret.</summary>
    public ApiClient(Uri server, string? secret)
    {
        _secret = secret;
        _http = new()
        {
            BaseAddress = server,
            DefaultRequestHeaders = { Authorization = secret is null ? null : new AuthenticationHeaderValue("Bearer", secret) },
        };
        Streams = HttpApi.Create<IStreamsApi>(_http);
        Projects = HttpApi.Create<IProjectsApi>(_http);
        Testing = HttpApi.Create<ITestingApi>(_http);
    }

    /// <summary>Streams.</summary>
    public IStreamsApi Streams { get; }

    /// <summary>Projects.</summary>
    public IProjectsApi Projects { get; }

    /// <summary>People, organizations and sign-ins.</summary>
    public ITestingApi Testing { get; }

    /// <summary>The same caller at another node.</summary>
    public ApiClient At(ServerProcess node) => new(node.DirectAddress, _secret);

    /// <summary>Appends one event.</summary>
    /// <param name="project">Slug of the project.</param>
    /// <param name="path">Path of the stream.</param>
    /// <param name="type">Type of the event.</param>
    /// <param name="payload">JSON.</param>
    public Task<AppendResponse> AppendAsync(string project, string path, string type, string payload) =>
        AppendAsync(project, path, [new() { Type = type, Payload = JsonText.Parse(payload) }]);

    /// <summary>Appends events of type <c>note/added</c>, numbered in their payload from 1.</summary>
    public Task<AppendResponse> AppendNotesAsync(string project, string path, int count) =>
        AppendAsync(project, path, [.. Enumerable.Range(1, count).Select(Note)]);

    /// <summary>Appends events as one batch.</summary>
    public Task<AppendResponse> AppendAsync(string project, string path, IReadOnlyList<EventInput> events) =>
        Streams.AppendAsync(new(project, path, events), TestContext.Current.CancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static EventInput Note(int number) =>
        new() { Type = "note/added", Payload = JsonText.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"text":"Note {{number}}"}""")) };
}
