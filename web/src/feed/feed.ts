export type { Connection, EntityEvent } from './live-feed.ts';
export { openSharedFeed as openLiveFeed } from './shared-feed.ts';
