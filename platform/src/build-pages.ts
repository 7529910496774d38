import { ALL_PAGES, buildPages, needsBuild } from './page-builds.ts';

/** Builds the pages whose sources have changed, like `npm start` does; used for images, which are built once. */
const stale = ALL_PAGES.filter(needsBuild);
await Promise.all(stale.map(buildPages));
console.log(
  stale.length === 0 ? 'The pages are up to date.' : `Built ${stale.map(({ workspace }) => workspace).join(' and ')}.`,
);
