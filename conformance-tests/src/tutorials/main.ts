#!/usr/bin/env node
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isAsPrinted } from './is-as-printed.ts';
import { PAGE_FAULTS } from './page-faults.ts';
import { type PrintedRequest, requestsOfPage, requestsOfScript } from './read-tutorial.ts';
import { serveContexts } from './serve-contexts.ts';
import { Tutored } from './tutored-broker.ts';

const USAGE = `Usage: npm run tutorials -- URL FOLDER [--agent] [--values] [--show]

Sends the requests of tutorials to the NGSI-LD broker at URL, and counts those that are answered as printed. FOLDER has a
folder for each tutorial, as FIWARE's repositories tutorials.* have it on their branch NGSI-LD: README.md, import-data that
fills the broker, and in data-models the @contexts named http://context/….
--agent sends the requests to FIWARE's IoT agents to URL as well, as one that is such an agent, too.
--values compares the values of the answers, too, except what differs with the day and the host.
--show tells each answer that differs.

Each page begins with an empty broker: everything in the tenants that the pages name is DELETED.`;

const MAX_ATTEMPTS = 10;
const LOOK_EVERY_MS = 200;
/** The tenant of the tutorials about IoT agents. */
const AGENTS_TENANT = 'openiot';

const { values, positionals } = readArguments();
const [url, folder] = positionals;
if (values.help) console.log(USAGE);
else if (url === undefined || folder === undefined || !URL.canParse(url)) {
  console.error(
    `URL FOLDER: got ${positionals.join(' ') || 'nothing'}, expected the URL of a broker and a folder\n\n${USAGE}`,
  );
  process.exitCode = 2;
} else
  process.exitCode = await main(url.replace(/\/+$/, ''), folder, {
    shows: values.show === true,
    withAgent: values.agent === true,
    byValue: values.values === true,
  });

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        show: { type: 'boolean' },
        agent: { type: 'boolean' },
        values: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** The exit code: 0 if 95 % of the requests whose page is right are answered as printed. */
async function main(
  url: string,
  from: string,
  { shows, withAgent, byValue }: { readonly shows: boolean; readonly withAgent: boolean; readonly byValue: boolean },
): Promise<number> {
  const contexts = await serveContexts(url);
  const broker = new Tutored(url, contexts);
  let [all, good, right, goodOfRight] = [0, 0, 0, 0];
  for (const name of globSync('*/README.md', { cwd: from }).map(dirname).sort()) {
    const folder = join(from, name);
    contexts.serve(dataModels(from, name));
    await broker.empty();
    if (withAgent) await broker.giveContext(AGENTS_TENANT);
    for (const script of globSync('import-data', { cwd: folder })) {
      for (const request of requestsOfScript(readFileSync(join(folder, script), 'utf8'))) await broker.send(request);
    }
    const requests = requestsOfPage(readFileSync(join(folder, 'README.md'), 'utf8'), withAgent);
    let asPrinted = 0;
    for (const request of requests) {
      const why = await whyNot(broker, request, byValue);
      const fault = PAGE_FAULTS[name]?.[request.number];
      if (why === undefined) asPrinted++;
      else if (shows) {
        const reason = fault === undefined ? '' : ` (the page: ${fault})`;
        console.log(`  ${name} ${request.number}: ${request.method} ${request.path}${reason}: ${why}`);
      }
      if (fault !== undefined) continue;
      right++;
      if (why === undefined) goodOfRight++;
    }
    console.log(`${name}: ${asPrinted} of ${requests.length}`);
    all += requests.length;
    good += asPrinted;
  }
  await contexts.close();
  console.log(`${good} of ${all} requests are answered as printed.`);
  console.log(`${goodOfRight} of the ${right} whose page is right.`);
  return goodOfRight >= right * 0.95 ? 0 : 1;
}

/** Repeats a read for a moment, because devices and agents need some time. */
async function whyNot(broker: Tutored, request: PrintedRequest, byValue: boolean): Promise<string | undefined> {
  for (let tries = request.method === 'GET' ? MAX_ATTEMPTS : 1; ; tries--) {
    const { status, text } = await broker.send(request);
    const why = isAsPrinted(request, status, text, byValue);
    if (why === undefined || tries <= 1) return why;
    await pause(LOOK_EVERY_MS);
  }
}

/** The tutorial's own @contexts, or if the page uses another repository's, those of the next one that has some. */
function dataModels(from: string, name: string): string {
  const known = globSync('*/data-models', { cwd: from }).sort();
  return join(from, known.find((folder) => dirname(folder) === name) ?? known[0] ?? 'data-models');
}
