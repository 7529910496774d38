import { documents, type ObjectKind, type RequestObjects } from '@alzette/kit/objects';
import type { LightingParts } from '../parts.ts';
import { coversLamps } from './lamp-rights.ts';
import { type LampZone, readableZones } from './lamp-zones.ts';

/** The attributes that tell how brightly lamps burn. */
export const LEVELS = ['illuminanceLevel'];

type Parts = Pick<LightingParts, 'db' | 'territories'>;

/**
 * What all who work with lighting share, such as prices and strategies: it is seen by whoever may read these attributes
 * of the lamps of a commune at least.
 */
function lightingKind(parts: Parts, attributes: readonly string[]): ObjectKind<string> {
  return {
    name: 'setting of lighting',
    find: (_tenant, id) => id,
    may: async (action, _id, judge) =>
      action === 'read' ? readsSome(parts, attributes, judge) : coversLamps(judge, 'write', attributes),
  };
}

/** Whether the sender may read these attributes of the lamps of a commune at least. */
export async function readsSome(
  { db, territories }: Parts,
  attributes: readonly string[],
  judge: Parameters<typeof readableZones>[1],
): Promise<boolean> {
  // Also before the lamps are known to the service.
  const { communes: all } = territories.of(judge.caller.tenant);
  if (all.some(({ scope }) => coversLamps(judge, 'read', attributes, scope.slice(1)))) return true;
  const { communes } = await readableZones(db, judge, attributes);
  return communes === null || communes.length > 0;
}

/** For routes about what all who work with lighting share. */
export function ofLighting(parts: Parts, attributes: readonly string[]): RequestObjects {
  return documents(lightingKind(parts, attributes), async ({ url }) => [url.split('?', 1)[0] ?? ''], 'read');
}

/** A zone of lamps, seen by whoever may read these attributes of all its lamps. */
export function zoneKind({ db }: Pick<LightingParts, 'db'>, attributes: readonly string[]): ObjectKind<LampZone> {
  return {
    name: 'zone',
    find: () => undefined, // a zone is named by two parameters
    may: async (action, zone, judge) => action === 'read' && (await readableZones(db, judge, attributes)).has(zone),
  };
}
