import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import { entityOfV2, type V2Entity } from './convert-entity.ts';
import { subscriptionOfV2, type V2Subscription } from './convert-subscription.ts';

const PAGE = 500;

interface V2Migration {
  /** The base URL before `/v2`. */
  readonly from: string;
  /** Headers for the Orion: `fiware-service`, `fiware-servicepath`, tokens. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where to write entities and subscriptions; absent: only a report is made. */
  readonly to?: NgsiLdClient;
  readonly tenant: string;
  readonly context: string;
  /** Whether the @context has a term for the type. */
  readonly isKnown: (type: string) => boolean;
}

export interface MigrationReport {
  /** The number of entities by type, and whether the type has a standard model. */
  readonly types: { readonly type: string; readonly entities: number; readonly isStandard: boolean }[];
  readonly entities: number;
  readonly subscriptions: number;
  /** What the broker refused, by id. */
  readonly refused: { readonly id: string; readonly why: string }[];
  /** What could not be converted exactly, with its frequency. */
  readonly notes: { readonly what: string; readonly times: number }[];
}

/**
 * Reads all entities and subscriptions of an Orion by NGSIv2 and writes them by NGSI-LD. It can be repeated: entities
 * are updated, existing subscriptions stay.
 *
 * @throws Error: the Orion can't be read
 */
export async function migrateV2(migration: V2Migration): Promise<MigrationReport> {
  const { to, tenant, context } = migration;
  const options = { tenant, context };
  const notes = new Map<string, number>();
  const report = (what: string) => notes.set(what, (notes.get(what) ?? 0) + 1);
  const types = new Map<string, number>();
  const refused: { id: string; why: string }[] = [];
  let entities = 0;
  for await (const page of pagesOf<V2Entity>(migration, '/v2/entities', '&options=count')) {
    const converted = page.map((entity) => entityOfV2(entity, report));
    for (const { type } of converted) types.set(String(type), (types.get(String(type)) ?? 0) + 1);
    entities += converted.length;
    if (to === undefined) continue;
    const { errors } = await to.batchUpsert(converted as Entity[], { ...options, update: true });
    for (const { entityId, error } of errors) refused.push({ id: entityId, why: error.detail ?? error.title });
  }
  let subscriptions = 0;
  for await (const page of pagesOf<V2Subscription>(migration, '/v2/subscriptions', '')) {
    for (const source of page) {
      const subscription = subscriptionOfV2(source, report);
      if (subscription === undefined) continue;
      subscriptions++;
      const why = await written(to, subscription, options);
      if (why !== undefined) refused.push({ id: String(subscription.id), why });
    }
  }
  return {
    types: [...types].map(([type, count]) => ({ type, entities: count, isStandard: migration.isKnown(type) })),
    entities,
    subscriptions,
    refused,
    notes: [...notes].map(([what, times]) => ({ what, times })),
  };
}

async function written(
  to: NgsiLdClient | undefined,
  subscription: Record<string, unknown>,
  options: { readonly tenant: string; readonly context: string },
): Promise<string | undefined> {
  try {
    await to?.createSubscription(subscription, options);
    return undefined;
  } catch (error) {
    if (!(error instanceof NgsiLdClientError)) throw error;
    return error.status === 409 ? undefined : (error.problem.detail ?? error.problem.title);
  }
}

async function* pagesOf<Item>({ from, headers }: V2Migration, path: string, more: string): AsyncGenerator<Item[]> {
  for (let offset = 0; ; offset += PAGE) {
    const url = `${from.replace(/\/+$/, '')}${path}?limit=${PAGE}&offset=${offset}${more}`;
    const answer = await fetch(url, { headers });
    if (!answer.ok)
      throw new Error(`${url}: got ${answer.status} ${(await answer.text()).slice(0, 200)}, expected 200`);
    const page: unknown = await answer.json();
    if (!Array.isArray(page)) throw new Error(`${url}: got no list, expected one of NGSIv2`);
    if (page.length > 0) yield page as Item[]; // as specified for NGSIv2
    if (page.length < PAGE) return;
  }
}
