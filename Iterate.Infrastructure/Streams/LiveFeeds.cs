namespace Iterate.Infrastructure.Streams;

/// <summary>What answers the live methods, what sends ephemeral frames, and what hears of changes that no head tells.</summary>
internal sealed record LiveFeeds(Follower Follower, PresenceFeed Presence, ListFeed Lists, FrameSender Frames, SilentChanges Silent);
