import { Agent } from 'undici';
import { benchEntity, entityId, TYPE } from '../bench-entity.ts';
import type { Request } from '../load/load.ts';
import { clock } from '../notification-sink/ledger.ts';
import { notificationSink } from '../notification-sink/notification-sink.ts';
import { postJson } from '../seed.ts';
import { type Steady, steadyOf } from './client-load.ts';
import { pacedLoad } from './paced-load.ts';

const API = '/ngsi-ld/v1';
const CONNECTIONS_OF_KIND = 16;

const BY_ATTRIBUTE = 'q by an attribute, 20 hits';

interface Kind {
  readonly name: string;
  readonly perSecond: number;
  request(n: number): Request;
}

/**
 * The concurrent requests of a territory, each kind at its own rate. Creates and updates set `power` to the time of
 * sending.
 */
function kindsOf(entities: number): Kind[] {
  const lamp = (n: number) => entityId((n * 7919) % entities);
  const get = (path: string): Request => ({ method: 'GET', path: `${API}${path}` });
  const page = (more: string) => get(`/entities?type=${TYPE}&limit=20${more}`);
  let created = 20_000_000;
  let last = 0;
  const stamp = () => {
    last = Math.max(last + 1, Math.floor(clock() * 1000));
    return { type: 'Property', value: last };
  };
  return [
    {
      name: 'create, notified',
      perSecond: 50,
      request: () => ({
        method: 'POST',
        path: `${API}/entities`,
        body: JSON.stringify({ ...benchEntity(created++), power: stamp() }),
      }),
    },
    {
      name: 'update of one attribute, notified',
      perSecond: 300,
      request: (n) => ({
        method: 'PATCH',
        path: `${API}/entities/${lamp(n)}/attrs/power`,
        body: JSON.stringify(stamp()),
      }),
    },
    { name: 'retrieve', perSecond: 200, request: (n) => get(`/entities/${lamp(n)}`) },
    { name: 'page of a type', perSecond: 50, request: (n) => page(`&offset=${20 * (n % 50)}`) },
    {
      name: BY_ATTRIBUTE,
      perSecond: 30,
      request: (n) =>
        page(`&q=${encodeURIComponent(`energy>=${(n * 31) % entities};energy<${((n * 31) % entities) + 20}`)}`),
    },
    {
      name: 'near a place',
      perSecond: 20,
      request: (n) => page(`&georel=near;maxDistance==300&geometry=Point&coordinates=[${5.9 + (n % 100) / 1000},49.4]`),
    },
    {
      name: 'history of an attribute, last 20',
      perSecond: 10,
      request: (n) => get(`/temporal/entities/${lamp(n)}?attrs=power&lastN=20`),
    },
  ];
}

/** Runs all kinds concurrently and prints the results of each, with its worst second. */
export async function mixed(url: string, entities: number, seconds: number): Promise<void> {
  const sink = await notificationSink();
  const subscribed = await postJson(`${url}${API}/subscriptions`, {
    type: 'Subscription',
    entities: [{ type: TYPE }],
    watchedAttributes: ['power'],
    notification: { endpoint: { uri: `${sink.url}/` } },
  });
  // Otherwise requests would wait in the client for those of another kind.
  const kinds = kindsOf(entities).map((kind) => ({
    ...kind,
    dispatcher: new Agent({ connections: CONNECTIONS_OF_KIND, pipelining: 1 }),
  }));
  try {
    const measured = await Promise.all(kinds.map((kind) => pacedLoad({ url, seconds, ...kind })));
    console.log(
      `\n| all at once for ${seconds} s; ms since it was due | a second | p50 | p99 | p99.9 | worst second's p99 | errors |\n` +
        '| --- | --: | --: | --: | --: | --: | --: |',
    );
    for (const [place, { name, perSecond }] of kinds.entries()) row(name, perSecond, steadyOf([measured[place] ?? []]));
    const [creates = [], updates = []] = measured;
    const worst = (of: number[][]) =>
      of.map((second) => Math.max(0, ...second.filter(Number.isFinite)).toFixed(0)).join(' ');
    console.log(`\nslowest update of each second, ms: ${worst(updates)}`);
    const unindexed = measured[kinds.findIndex(({ name }) => name === BY_ATTRIBUTE)] ?? [];
    console.log(`\nslowest query by an attribute of each second, ms: ${worst(unindexed)}`);
    const { count, outOfOrder, latencies } = await sink.quiet();
    const sorted = [...latencies].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)]?.toFixed(1);
    console.log(
      `\nnotifications: ${count} of ${[...creates, ...updates].flat().length}, ${outOfOrder} twice or out of order; ` +
        `ms since the update was sent: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}`,
    );
  } finally {
    await fetch(`${url}${subscribed.headers.get('location')}`, { method: 'DELETE' });
    await Promise.all(kinds.map(({ dispatcher }) => dispatcher.close()));
    await sink.close();
  }
}

function row(name: string, perSecond: number, { errors, ...ms }: Steady): void {
  const shown = [ms.p50, ms.p99, ms.p999, ms.worstSecond].map((each) => each.toFixed(1));
  console.log(`| ${name} | ${perSecond} | ${shown.join(' | ')} | ${errors} |`);
}
