import type { Queryable } from '@alzette/kit/database';
import type { Judge } from '@alzette/kit/objects';
import { InvalidInput } from '../input/invalid-input.ts';
import { coversEach, coversLamps } from './lamp-rights.ts';

/** A zone of lamps, as in assignments and plans. */
export interface LampZone {
  readonly kind: string;
  readonly zone: string;
}

/** The zone that a request names; '' for all lamps. @throws InvalidInput */
export function zoneOf<K extends string>({
  kind,
  zone = '',
}: {
  readonly kind: K;
  readonly zone?: string | undefined;
}): {
  readonly kind: K;
  readonly zone: string;
} {
  if (kind === 'all') return { kind, zone: '' };
  if (zone.trim() === '') throw new InvalidInput('zone', zone || undefined, `a ${kind}`);
  return { kind, zone };
}

/** The zones whose lamps the sender of a request may read, with the attributes that are shown of them. */
export interface ReadableZones {
  /** The communes whose lamps they may read, by their scopes without the slash; null: all lamps of the tenant. */
  readonly communes: readonly string[] | null;
  has(zone: LampZone): Promise<boolean>;
  filter<Z extends LampZone>(zones: readonly Z[]): Promise<Z[]>;
}

/** For the product itself. */
export const ALL_ZONES: ReadableZones = {
  communes: null,
  has: async () => true,
  filter: async (zones) => [...zones],
};

const COMMUNES = `
  SELECT commune, min(id) AS sample FROM lighting.lamp WHERE tenant = $1 AND commune IS NOT NULL GROUP BY commune`;
const LAMPS_OF = `SELECT id FROM lighting.lamp WHERE tenant = $1 AND commune = $2`;
/** NULL is among the communes of a zone with lamps that are in none. */
const CABINETS = `
  SELECT cabinet AS zone, array_agg(DISTINCT commune) AS communes FROM lighting.lamp
  WHERE tenant = $1 AND cabinet IS NOT NULL GROUP BY cabinet`;
const DRAWN = `
  SELECT zone, array_agg(DISTINCT commune) AS communes FROM lighting.lamp, unnest(zones) AS zone
  WHERE tenant = $1 GROUP BY zone`;

const known = new WeakMap<Judge, Map<string, Promise<ReadableZones>>>();

/** @param attributes those of lamps that must be readable. Asked again with the same judge, the answer is remembered. */
export function readableZones(db: Queryable, judge: Judge, attributes: readonly string[]): Promise<ReadableZones> {
  const ofJudge = known.get(judge) ?? new Map<string, Promise<ReadableZones>>();
  known.set(judge, ofJudge);
  const key = attributes.join(' ');
  const zones = ofJudge.get(key) ?? findZones(db, judge, attributes);
  ofJudge.set(key, zones);
  return zones;
}

async function findZones(db: Queryable, judge: Judge, attributes: readonly string[]): Promise<ReadableZones> {
  if (coversLamps(judge, 'read', attributes)) return ALL_ZONES;
  const { tenant } = judge.caller;
  const communes = new Set(await readableCommunes(db, judge, attributes));
  const partsOf = async (text: string) => {
    const { rows } = await db.query<{ zone: string; communes: (string | null)[] }>({ text, values: [tenant] });
    return new Map(rows.map((row) => [row.zone, row.communes]));
  };
  let cabinets: ReturnType<typeof partsOf> | undefined;
  let drawn: ReturnType<typeof partsOf> | undefined;
  const areAll = (parts: readonly (string | null)[] = []) =>
    parts.length > 0 && parts.every((commune) => commune !== null && communes.has(commune));
  const has = async ({ kind, zone }: LampZone): Promise<boolean> => {
    switch (kind) {
      case 'commune':
        return communes.has(zone);
      case 'street':
        return communes.has(zone.split('/', 1)[0] ?? '');
      case 'cabinet':
        cabinets ??= partsOf(CABINETS);
        return areAll((await cabinets).get(zone));
      case 'zone':
        drawn ??= partsOf(DRAWN);
        return areAll((await drawn).get(zone));
      case 'lamp':
        return coversEach(judge, 'read', [zone], attributes);
      default:
        return false; // all lamps
    }
  };
  return {
    communes: [...communes],
    has,
    async filter(zones) {
      const verdicts = await Promise.all(zones.map(has));
      return zones.filter((_, n) => verdicts[n]);
    },
  };
}

/** By its scope, or by its lamps for rights that are given otherwise, such as by an area. */
async function readableCommunes(db: Queryable, judge: Judge, attributes: readonly string[]): Promise<string[]> {
  const { tenant } = judge.caller;
  const { rows } = await db.query<{ commune: string; sample: string }>({ text: COMMUNES, values: [tenant] });
  const byScope = rows.filter(({ commune }) => coversLamps(judge, 'read', attributes, commune));
  const others = rows.filter((row) => !byScope.includes(row));
  const samples = others.map(({ sample }) => sample);
  const refused = samples.length === 0 ? new Set() : await judge.refused('read', samples, attributes);
  const found = byScope.map(({ commune }) => commune);
  for (const { commune, sample } of others) {
    if (refused.has(sample)) continue;
    const lamps = await db.query<{ id: string }>({ text: LAMPS_OF, values: [tenant, commune] });
    const ids = lamps.rows.map(({ id }) => id);
    if ((await judge.refused('read', ids, attributes)).size === 0) found.push(commune);
  }
  return found;
}
