namespace Iterate.Infrastructure.Streams;

/// <summary>What answers the live methods, and what sends ephemeral frames.</summary>
internal sealed record LiveFeeds(Follower Follower, PresenceFeed Presence, ListFeed Lists, FrameSender Frames);
