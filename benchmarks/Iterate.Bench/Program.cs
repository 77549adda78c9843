using System.CommandLine;
using Iterate.Bench;

var writers = new Option<int>("--writers") { Description = "Concurrent appenders, and connections of the raw single inserts.", DefaultValueFactory = _ => 64 };
var inFlight = new Option<int>("--in-flight") { Description = "Calls each appender keeps in flight.", DefaultValueFactory = _ => 8 };
var streams = new Option<int>("--streams") { Description = "Streams the appenders spread over.", DefaultValueFactory = _ => 256 };
var batch = new Option<int>("--batch") { Description = "Events of a call.", DefaultValueFactory = _ => 1 };
var rate = new Option<int?>("--rate") { Description = "Events a second, evenly spread; by default as many as there can be." };
var seconds = new Option<int>("--seconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 5 };
var loops = new Option<int?>("--loops") { Description = "Writer loops; by default as the product decides." };
var connection = new Option<string?>("--connection") { Description = "A PostgreSQL to use instead of a private one; its event tables are added to." };
var json = new Option<bool>("--json") { Description = "Prints one JSON object." };

var append = new Command("append", "Appends through the service, against raw inserts into the same tables in the same run.")
{
    writers, inFlight, streams, batch, rate, seconds, loops, connection, json,
};
append.SetAction((parsed, cancellationToken) => OneAsync(parsed, address => AppendBench.MeasureAsync(
    new()
    {
        Writers = parsed.GetValue(writers),
        InFlight = parsed.GetValue(inFlight),
        Streams = parsed.GetValue(streams),
        Batch = parsed.GetValue(batch),
        Length = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
        Rate = parsed.GetValue(rate),
        WriterLoops = parsed.GetValue(loops),
    },
    address,
    cancellationToken), cancellationToken));

var jobs = new Option<int>("--jobs") { Description = "Jobs that are enqueued, run and archived.", DefaultValueFactory = _ => 50_000 };
var archived = new Option<int>("--archived") { Description = "Archived jobs that pages are listed from.", DefaultValueFactory = _ => 1_000_000 };
var outbox = new Command("outbox", "Runs jobs that do nothing, starts some beside lanes that hang or are crowded, and lists what is archived.") { jobs, archived, connection, json };
outbox.SetAction((parsed, cancellationToken) =>
    OneAsync(parsed, address => OutboxBench.MeasureAsync(parsed.GetValue(jobs), parsed.GetValue(archived), address, cancellationToken), cancellationToken));

var followers = new Option<int>("--followers") { Description = "Follows of one stream at once.", DefaultValueFactory = _ => 500 };
var follow = new Command("follow", "Follows one stream many times while it is written.") { followers, rate, seconds, connection, json };
follow.SetAction((parsed, cancellationToken) => OneAsync(parsed, address => FollowBench.MeasureAsync(
    new(parsed.GetValue(followers), parsed.GetValue(rate) ?? 200, TimeSpan.FromSeconds(parsed.GetValue(seconds))), address, cancellationToken), cancellationToken));

var events = new Option<int>("--events") { Description = "Events of the stream.", DefaultValueFactory = _ => 1_000_000 };
var read = new Command("read", "Pages at head, middle and start of a long stream, and counts by type.") { events, connection, json };
read.SetAction((parsed, cancellationToken) =>
    OneAsync(parsed, address => ReadBench.MeasureAsync(parsed.GetValue(events), address, cancellationToken), cancellationToken));
var import = new Command("import", "Restores a log and exports it, beside plain COPY of the same rows.") { events, connection, json };
import.SetAction((parsed, cancellationToken) =>
    OneAsync(parsed, address => ImportBench.MeasureAsync(parsed.GetValue(events), address, cancellationToken), cancellationToken));

var cpu = new Option<int>("--cpu") { Description = "How many times slower the page computes.", DefaultValueFactory = _ => 1 };
var latency = new Option<int>("--latency") { Description = "Round trip between browser and server, in milliseconds.", DefaultValueFactory = _ => 0 };
var browser = new Command("browser", "Reads a long stream in Chromium, on a phone's screen, while it is written.") { events, rate, seconds, cpu, latency, connection, json };
browser.SetAction((parsed, cancellationToken) => OneAsync(parsed, address => BrowserBench.MeasureAsync(
    new(
        parsed.GetValue(events),
        parsed.GetValue(rate) ?? 1_000,
        TimeSpan.FromSeconds(parsed.GetValue(seconds)),
        parsed.GetValue(cpu),
        TimeSpan.FromMilliseconds(parsed.GetValue(latency))),
    address,
    cancellationToken), cancellationToken));

var all = new Command("all", "All of them in a short form.") { connection, json };
all.SetAction((parsed, cancellationToken) => BenchRun.AllAsync(parsed.GetValue(connection), parsed.GetValue(json), cancellationToken));

return await new RootCommand("Benchmarks of Iterate; one that misses a bar ends with exit code 1.") { append, outbox, follow, read, import, browser, all }.Parse(args).InvokeAsync();

Task<int> OneAsync(ParseResult parsed, Func<string, Task<BenchReport>> measure, CancellationToken cancellationToken) =>
    BenchRun.OneAsync(measure, parsed.GetValue(connection), parsed.GetValue(json), cancellationToken);
