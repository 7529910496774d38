import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../../broker/src/database/database.ts';
import { LAMP } from './measured-series.ts';

const BATCH_SIZE = 250;
const PAGE = 500;
const COUNT = `SELECT count(*)::int AS n FROM lighting.lamp WHERE tenant = ''`;

interface Lamp {
  readonly id: string;
  readonly location?: { readonly value: { readonly coordinates: readonly number[] } };
  readonly [member: string]: unknown;
}

/** Creates lamps like those of the demo by the API until there are `wanted`. Resolves when the lighting service has them. */
export async function createMoreLamps(url: string, db: Database, wanted: number): Promise<void> {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/ngsi-ld/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/ld+json', accept: 'application/ld+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const lamps: Lamp[] = [];
  for (;;) {
    const page = (await ask(
      'GET',
      `entities?type=${encodeURIComponent(LAMP)}&limit=${PAGE}&offset=${lamps.length}`,
    )) as Lamp[];
    lamps.push(...page);
    if (page.length < PAGE) break;
  }
  const more = Array.from({ length: Math.max(0, wanted - lamps.length) }, (_, n) =>
    copyOf(lamps[n % lamps.length] as Lamp, n),
  );
  for (let start = 0; start < more.length; start += BATCH_SIZE) {
    await ask('POST', 'entityOperations/create', more.slice(start, start + BATCH_SIZE));
  }
  const known = async () => (await db.query<{ n: number }>({ text: COUNT })).rows[0]?.n ?? 0;
  while ((await known()) < wanted) await pause(500);
}

/** A copy of a lamp, some metres away. */
function copyOf(lamp: Lamp, n: number): Lamp {
  const [longitude = 0, latitude = 0] = lamp.location?.value.coordinates ?? [];
  const coordinates = [longitude + 0.0001 * (1 + n / 1000), latitude];
  return {
    ...lamp,
    id: `${lamp.id}-${n}`,
    ...(lamp.location && { location: { ...lamp.location, value: { ...lamp.location.value, coordinates } } }),
  };
}
