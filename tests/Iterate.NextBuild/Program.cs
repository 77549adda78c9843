using Iterate.Infrastructure.Outbox;
using Iterate.NextBuild;
using Iterate.Web;

[assembly: HostingStartup(typeof(Additions))]

await IterateHost.RunAsync(args);

namespace Iterate.NextBuild
{
    /// <summary>What this build has and the one before it has not; hosting finds it by the attribute.</summary>
    internal sealed class Additions : IHostingStartup
    {
        public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services => services.AddOutboxConsumer<CountPoke>());
    }
}
