import { cp, rm } from 'node:fs/promises';

/* The template is the example that the tests of the product run; it is here only while the package is packed. */
const TEMPLATE = new URL('template/', import.meta.url);

await rm(TEMPLATE, { recursive: true, force: true });
if (!process.argv.includes('--remove')) {
  await cp(new URL('../../examples/drinking-fountains/', import.meta.url), TEMPLATE, { recursive: true });
}
