using System.CommandLine;
using Iterate.Bench;

var writers = new Option<int>("--writers") { Description = "Concurrent appenders, and connections of the raw single inserts.", DefaultValueFactory = _ => 64 };
var inFlight = new Option<int>("--in-flight") { Description = "Calls each appender keeps in flight.", DefaultValueFactory = _ => 8 };
var streams = new Option<int>("--streams") { Description = "Streams the appenders spread over.", DefaultValueFactory = _ => 256 };
var batch = new Option<int>("--batch") { Description = "Events of a call.", DefaultValueFactory = _ => 1 };
var seconds = new Option<int>("--seconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 5 };
var loops = new Option<int?>("--loops") { Description = "Writer loops; by default as the product decides." };
var connection = new Option<string?>("--connection") { Description = "A PostgreSQL to use instead of a private one; its event tables are added to." };
var json = new Option<bool>("--json") { Description = "Prints one JSON object." };

var append = new Command("append", "Appends through the service, against raw inserts into the same tables in the same run.")
{
    writers, inFlight, streams, batch, seconds, loops, connection, json,
};
append.SetAction((parsed, cancellationToken) => AppendBench.RunAsync(
    new()
    {
        Writers = parsed.GetValue(writers),
        InFlight = parsed.GetValue(inFlight),
        Streams = parsed.GetValue(streams),
        Batch = parsed.GetValue(batch),
        Length = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
        WriterLoops = parsed.GetValue(loops),
    },
    parsed.GetValue(connection),
    parsed.GetValue(json),
    cancellationToken));

var jobs = new Option<int>("--jobs") { Description = "Jobs that are enqueued, run and archived.", DefaultValueFactory = _ => 50_000 };
var archived = new Option<int>("--archived") { Description = "Archived jobs that pages are listed from.", DefaultValueFactory = _ => 1_000_000 };
var outbox = new Command("outbox", "Runs jobs that do nothing, starts some beside lanes that hang or are crowded, and lists what is archived.") { jobs, archived, connection, json };
outbox.SetAction((parsed, cancellationToken) =>
    OutboxBench.RunAsync(parsed.GetValue(jobs), parsed.GetValue(archived), parsed.GetValue(connection), parsed.GetValue(json), cancellationToken));

var followers = new Option<int>("--followers") { Description = "Follows of one stream at once.", DefaultValueFactory = _ => 500 };
var rate = new Option<int>("--rate") { Description = "Events appended to it per second.", DefaultValueFactory = _ => 200 };
var follow = new Command("follow", "Follows one stream many times while it is written; ends with 1 when a bar is missed.") { followers, rate, seconds, connection, json };
follow.SetAction((parsed, cancellationToken) => FollowBench.RunAsync(
    new(parsed.GetValue(followers), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds))),
    parsed.GetValue(connection),
    parsed.GetValue(json),
    cancellationToken));

var events = new Option<int>("--events") { Description = "Events of the stream.", DefaultValueFactory = _ => 1_000_000 };
var read = new Command("read", "Pages at head, middle and start of a long stream, and counts by type.") { events, connection, json };
read.SetAction((parsed, cancellationToken) =>
    ReadBench.RunAsync(parsed.GetValue(events), parsed.GetValue(connection), parsed.GetValue(json), cancellationToken));
var import = new Command("import", "Restores a log and exports it, beside plain COPY of the same rows.") { events, connection, json };
import.SetAction((parsed, cancellationToken) =>
    ImportBench.RunAsync(parsed.GetValue(events), parsed.GetValue(connection), parsed.GetValue(json), cancellationToken));

return await new RootCommand("Benchmarks of Iterate.") { append, outbox, follow, read, import }.Parse(args).InvokeAsync();
