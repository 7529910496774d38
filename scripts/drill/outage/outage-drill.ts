import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../postgres-server.ts';
import type { BrokerProcess } from '../broker-process.ts';
import { ask } from '../citus/cluster.ts';
import { Ledger } from '../ledger.ts';
import { startMeasures, TENANT } from '../measures.ts';
import { settle } from '../settle.ts';
import { Endings } from '../statements/statement-drill.ts';
import { startTwoProducts, type TwoProducts } from './two-products.ts';

const DEVICES = 4;
const MEASURE_EVERY_MS = 50;
const WRITE_EVERY_MS = 100;
const AWAY_MS = 30_000;
const MINUTE_MS = 60_000;
const OPEN_REQUESTS = 50;
const MOST_LOG_BYTES = 20_000;
const DRAINED_WITHIN_S = 120;
const INBOX = 'SELECT 1 FROM iot.inbox LIMIT 1';
const STACK = /"stack"|\n\s+at /;

export interface OutageDrillOptions {
  /** How often the database is away for 30 s, and how often it crashes and is back at once. */
  readonly times: number;
  readonly crashes: number;
  readonly isExternal: boolean;
  readonly say: (text: string) => void;
}

/** What was seen; all but the measures must be 0, and the log small. */
export interface OutageDrillResult {
  readonly measures: number;
  readonly lost: number;
  readonly twice: number;
  /** Mosquitto gives the messages of a device to both products in turn, and these measures have no time. */
  readonly outOfOrder: number;
  /** The longest log of a process in a minute that begins with an outage, in bytes. */
  readonly mostLogBytes: number;
  readonly stacks: number;
  /** Of the processes that were stopped while the database was away. */
  readonly stops: readonly string[];
  readonly badStops: number;
  readonly isClean: boolean;
}

/** Two products, devices without a clock, and a database that is away, crashes, and is away while a product is stopped. */
export async function runOutageDrill(options: OutageDrillOptions): Promise<OutageDrillResult> {
  const endings = new Endings();
  try {
    return await drill(await startTwoProducts(endings, options.isExternal), options);
  } finally {
    await endings.end();
  }
}

async function drill(
  lab: TwoProducts,
  { times, crashes, isExternal, say }: OutageDrillOptions,
): Promise<OutageDrillResult> {
  const { postgres, products, mqttUrl } = lab;
  const ledger = new Ledger();
  const [first] = products;
  const measuring = await startMeasures(ledger, first.url, mqttUrl, DEVICES, MEASURE_EVERY_MS);
  const writers = products.map(startWriter);
  const logs: number[] = [];
  let stacks = 0;
  const duringMinute = async (what: string, fault: () => Promise<unknown>) => {
    const before = products.map((product) => product.outputLength());
    const minute = pause(MINUTE_MS);
    await fault();
    await minute;
    const told = products.map((product, nth) => product.outputLength() - (before[nth] as number));
    const ends = products.map((product, nth) => product.output().slice(-(told[nth] as number) || undefined));
    logs.push(...told);
    stacks += ends.filter((text, nth) => told[nth] !== 0 && STACK.test(text)).length;
    if (Math.max(...told) >= MOST_LOG_BYTES) for (const text of ends) say(`  ${mostFrequent(text)}`);
    say(`${what}: ${told.join(' and ')} bytes of log, ${measuring.acknowledged()} measures`);
  };
  for (let nth = 0; nth < times; nth++) {
    await duringMinute('away for 30 s', async () => {
      await postgres.crash();
      await pause(AWAY_MS);
      await postgres.restart();
    });
  }
  for (let nth = 0; nth < crashes; nth++) await duringMinute('crashed', () => postgres.restart('SIGQUIT'));
  const stops = [];
  for (const product of products) {
    await postgres.crash();
    stops.push(await stopWhileAway(product));
    say(`stopped while away: ${stops.at(-1)?.text}`);
    await postgres.restart();
    await product.start();
  }
  await Promise.all(writers.map((writer) => writer.stop()));
  await measuring.stop();
  await until(async () => (await ask(postgres.url, INBOX)).length === 0, 'the inbox is empty', DRAINED_WITHIN_S);
  const { stored } = await settle(ledger, first.url, postgres.url, TENANT);
  const { lostWrites, historyFaults, examples } = ledger.compare(stored.history, stored.present);
  const twice = [...stored.history.values()].reduce((sum, all) => sum + all.length - new Set(all).size, 0);
  const misplaced = isExternal ? 0 : historyFaults - twice;
  for (const example of examples) say(`  ${example}`);
  const mostLogBytes = Math.max(...logs);
  const badStops = stops.filter(({ isGood }) => !isGood).length;
  return {
    measures: measuring.acknowledged(),
    lost: lostWrites,
    twice,
    outOfOrder: historyFaults - twice,
    mostLogBytes,
    stacks,
    stops: stops.map(({ text }) => text),
    badStops,
    isClean: lostWrites + twice + misplaced + stacks + badStops === 0 && mostLogBytes < MOST_LOG_BYTES,
  };
}

/** The message of most lines. */
function mostFrequent(log: string): string {
  const messages = Map.groupBy(log.split('\n'), (line) => /"msg":"([^"]*)"/.exec(line)?.[1] ?? line);
  const [most] = [...messages].sort(([, one], [, other]) => other.length - one.length);
  return `${most?.[1].length} × ${most?.[0]}`;
}

/** Stops a product with open requests; each must be answered. */
async function stopWhileAway(product: BrokerProcess): Promise<{ readonly isGood: boolean; readonly text: string }> {
  const agent = new Agent({ maxSockets: OPEN_REQUESTS });
  const writes = Array.from({ length: OPEN_REQUESTS }, (_, number) => {
    const body = JSON.stringify({ id: `urn:ngsi-ld:Lamp:${number}`, type: 'Lamp' });
    const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' };
    const outgoing = request(`${product.url}/ngsi-ld/v1/entities`, { agent, method: 'POST', headers });
    const answered = once(outgoing, 'response').then(
      ([response]) => (response as IncomingMessage).resume().statusCode,
      (error: Error) => error.message,
    );
    outgoing.flushHeaders();
    return { accepted: once(outgoing, 'continue').then(() => outgoing.end(body)), answered };
  });
  await Promise.all(writes.map(({ accepted }) => accepted));
  const [, ...answers] = await Promise.all([product.stop(), ...writes.map(({ answered }) => answered)]);
  agent.destroy();
  const exit = product.exits.at(-1);
  const counts = Map.groupBy(answers, String);
  const text = `code ${exit?.code} after ${exit?.ms} ms; ${[...counts].map(([answer, all]) => `${all.length} × ${answer}`).join(', ')}`;
  return { isGood: exit?.code === 0 && counts.size === 1 && counts.has('503'), text };
}

/** Writes one entity after the other, whatever the answers are, so that the log of refused requests counts too. */
function startWriter({ url }: BrokerProcess, nth: number): { stop(): Promise<void> } {
  let isStopping = false;
  const run = async () => {
    for (let n = 0; !isStopping; n++) {
      const body = JSON.stringify([{ id: `urn:ngsi-ld:Written:${nth}`, type: 'Written', n }]);
      const headers = { 'content-type': 'application/json' };
      await fetch(`${url}/ngsi-ld/v1/entityOperations/upsert`, { method: 'POST', headers, body })
        .then((answer) => answer.text())
        .catch(() => {}); // the product is stopped
      await pause(WRITE_EVERY_MS);
    }
  };
  const running = run();
  return {
    async stop() {
      isStopping = true;
      await running;
    },
  };
}
