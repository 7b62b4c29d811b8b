export { type FeedOptions, type FollowOptions, type LiveEvent, LiveFeed } from './feed.ts';
export type { LivePoint } from './read-points.ts';
export { runsCursor } from './read-runs.ts';
