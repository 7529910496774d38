/* Runs after `npm ci`, so that the first start is quick: builds the pages and the template of new embedded databases. */
await Promise.all([import('../platform/src/build-pages.ts'), import('./database-template.ts')]);
