#!/usr/bin/env node
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isAsPrinted } from './is-as-printed.ts';
import { requestsOfPage, requestsOfScript } from './read-tutorial.ts';
import { serveContexts } from './serve-contexts.ts';
import { Tutored } from './tutored-broker.ts';

const USAGE = `Usage: npm run tutorials -- URL FOLDER [--show]

Sends the requests of tutorials to the NGSI-LD broker at URL, and counts those that are answered as printed. FOLDER has a
folder for each tutorial, as FIWARE's repositories tutorials.* have it on their branch NGSI-LD: README.md, import-data that
fills the broker, and in data-models the @contexts named http://context/….
--show tells each answer that differs.

Each page begins with an empty broker: everything in the tenants that the pages name is DELETED.`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { show: { type: 'boolean' } } });
const [url, folder] = positionals;
if (url === undefined || folder === undefined || !URL.canParse(url)) {
  console.error(USAGE);
  process.exitCode = 3;
} else process.exitCode = await main(url.replace(/\/+$/, ''), folder, values.show === true);

/** The exit code: 0 when nine of ten are answered as printed. */
async function main(url: string, from: string, shows: boolean): Promise<number> {
  const contexts = await serveContexts(url);
  const broker = new Tutored(url, contexts);
  let [all, good] = [0, 0];
  for (const name of globSync('*/README.md', { cwd: from }).map(dirname).sort()) {
    const folder = join(from, name);
    contexts.serve(join(folder, 'data-models'));
    await broker.empty();
    for (const script of globSync('import-data', { cwd: folder })) {
      for (const request of requestsOfScript(readFileSync(join(folder, script), 'utf8'))) await broker.send(request);
    }
    const requests = requestsOfPage(readFileSync(join(folder, 'README.md'), 'utf8'));
    let asPrinted = 0;
    for (const request of requests) {
      const { status, text } = await broker.send(request);
      const why = isAsPrinted(request, status, text);
      if (why === undefined) asPrinted++;
      else if (shows) console.log(`  ${name} ${request.number}: ${request.method} ${request.path}: ${why}`);
    }
    console.log(`${name}: ${asPrinted} of ${requests.length}`);
    all += requests.length;
    good += asPrinted;
  }
  await contexts.close();
  console.log(`${good} of ${all} requests are answered as printed.`);
  return good >= all * 0.9 ? 0 : 1;
}
