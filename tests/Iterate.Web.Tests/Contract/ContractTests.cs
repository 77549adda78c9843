using System.Reflection;
using Iterate.Domain.Api;
using Iterate.Web.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.JSInterop;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Contract;

/// <summary>What must hold for every method of the contract, so that a new one cannot be half there (requirement A-31).</summary>
public sealed class ContractTests
{
    public static TheoryData<string> Methods => [.. ApiContract.Groups.SelectMany(group => group.Methods).Select(method => method.FullName)];

    [Fact]
    public void Every_interface_of_the_api_folder_that_looks_like_a_group_is_one() =>
        typeof(ApiContract).Assembly.GetTypes()
            .Where(type => type.IsInterface && type.Name.EndsWith("Api", StringComparison.Ordinal))
            .ShouldBe(ApiContract.Groups.Select(group => group.Contract), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_carries_exactly_one_tier(string name) =>
        Find(name).Info.GetCustomAttributes<AccessAttribute>().Count().ShouldBe(1);

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_with_a_scoped_tier_names_what_it_concerns(string name)
    {
        var method = Find(name);

        (method.Tier is Tier.ProjectRead or Tier.ProjectWrite or Tier.ProjectAdmin)
            .ShouldBe(method.RequestType.IsAssignableTo(typeof(IProjectRequest)));
        (method.Tier is Tier.OrgMember or Tier.OrgAdmin or Tier.OrgOwner)
            .ShouldBe(method.RequestType.IsAssignableTo(typeof(IOrganizationRequest)));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_live_method_can_be_resumed(string name)
    {
        var method = Find(name);

        // A download goes on where its last whole line ended, by its request.
        (!method.IsLive || method.DownloadType is not null || (method.RequestType.IsAssignableTo(typeof(IResumable)) && method.ResponseType.IsAssignableTo(typeof(ICursor))))
            .ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_download_is_made_of_parts_of_a_file(string name)
    {
        var method = Find(name);

        (method.IsLive && method.ResponseType == typeof(FilePart)).ShouldBe(method.DownloadType is not null);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_has_an_endpoint(string name)
    {
        var method = Find(name);

        Endpoints("Test")
            .Where(endpoint => endpoint.Metadata.GetMetadata<ApiMethod>() == method)
            .Select(endpoint => $"{endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single()} {endpoint.RoutePattern.RawText}")
            .ShouldBe(
                method.IsReadOnly
                    ? [$"POST /api/{method.Group}/{method.Name}", $"GET /api/{method.Group}/{method.Name}"]
                    : [$"POST /api/{method.Group}/{method.Name}"],
                ignoreOrder: true);
    }

    [Fact]
    public void Every_endpoint_below_api_is_a_method() =>
        Endpoints("Test").ShouldAllBe(endpoint => endpoint.Metadata.GetMetadata<ApiMethod>() != null);

    [Fact]
    public void The_testing_group_does_not_exist_in_production() =>
        Endpoints(Environments.Production).ShouldNotContain(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/testing", StringComparison.Ordinal));

    [Fact]
    public void Components_get_their_data_from_the_contract_alone()
    {
        Type[] allowed = [typeof(NavigationManager), typeof(IJSRuntime), typeof(TimeProvider), typeof(PersistentComponentState)];

        var strangers =
            from component in typeof(Client._Imports).Assembly.GetTypes()
            where component.IsAssignableTo(typeof(IComponent))
            from property in component.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            where property.GetCustomAttribute<InjectAttribute>() is not null
            let type = property.PropertyType
            where type.GetCustomAttribute<ApiGroupAttribute>() is null
                && !allowed.Contains(type)
                && type.Namespace?.StartsWith("Iterate.Web.Client", StringComparison.Ordinal) != true
                && type.Namespace != "Radzen"
            select $"{component.Name} injects {type.Name}";

        strangers.ShouldBeEmpty();
    }

    [Fact]
    public void The_client_knows_the_domain_and_nothing_below_it() =>
        typeof(Client._Imports).Assembly.GetReferencedAssemblies()
            .Select(assembly => assembly.Name!)
            .Where(assembly => assembly.StartsWith("Iterate.", StringComparison.Ordinal) || assembly.StartsWith("Npgsql", StringComparison.Ordinal))
            .ShouldBe(["Iterate.Domain"]);

    private static ApiMethod Find(string name) =>
        ApiContract.Groups.SelectMany(group => group.Methods).Single(method => method.FullName == name);

    private static IReadOnlyList<RouteEndpoint> Endpoints(string environment)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        using var app = builder.Build();
        app.MapApi(app.Environment);
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Cast<RouteEndpoint>()];
    }
}
