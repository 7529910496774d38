import { createHash } from 'node:crypto';
import type { Database } from '@alzette/kit/database';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Assignment } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { openAssigned } from '../strategies/assignments.ts';
import { programId } from '../strategies/strategy-entities.ts';
import { listZones } from './drawn-zones.ts';

interface PlacedLamp {
  readonly id: string;
  readonly commune: string | null;
  readonly street: string | null;
  readonly cabinet: string | null;
  readonly zones: string[];
  readonly longitude: number | null;
  readonly latitude: number | null;
}

const LAMPS = `
  SELECT id, commune, street, cabinet, zones, longitude, latitude FROM lighting.lamp WHERE tenant = $1 ORDER BY id`;
const PREFIX = 'urn:ngsi-ld:StreetlightGroup:';
const MAX_CONCURRENT = 50;

/**
 * Publishes the assignments: a StreetlightGroup for each zone with a strategy, with its lamps and the program of the
 * night (`activeProgramId`, the id of a StreetlightControlProgram).
 */
export async function publishGroups(
  { db, client, context, siteOf }: Pick<LightingParts, 'db' | 'client' | 'context' | 'siteOf'>,
  tenant: string,
  night: string,
): Promise<void> {
  const [{ rows }, assigned, names] = await Promise.all([
    db.query<PlacedLamp>({ text: LAMPS, values: [tenant] }),
    openAssigned(db, tenant, siteOf(tenant)),
    zoneNames(db, tenant),
  ]);
  const groups = new Map<Assignment, { programme: string; lamps: PlacedLamp[] }>();
  for (const lamp of rows) {
    const { assignment, promise } = assigned.promiseFor(lamp, night);
    if (assignment === undefined || assignment.kind === 'lamp') continue;
    const group = groups.get(assignment) ?? { programme: promise.programme, lamps: [] };
    group.lamps.push(lamp);
    groups.set(assignment, group);
  }
  const entities = [...groups].map(([assignment, { programme, lamps }]) =>
    groupEntity(assignment, programme, lamps, names),
  );
  for (let at = 0; at < entities.length; at += MAX_CONCURRENT) {
    const { errors } = await client.batchUpsert(entities.slice(at, at + MAX_CONCURRENT), {
      update: true,
      context,
      tenant,
    });
    const [first] = errors;
    if (first) throw new Error(`the broker refuses ${first.entityId}: ${first.error.detail}`);
  }
}

function groupEntity(
  { kind, zone, strategy, version }: Assignment,
  programme: string,
  lamps: readonly PlacedLamp[],
  names: ReadonlyMap<string, string>,
): Entity {
  const placed = lamps.filter(({ longitude, latitude }) => longitude !== null && latitude !== null);
  const mean = (value: (lamp: PlacedLamp) => number | null) =>
    placed.reduce((sum, lamp) => sum + (value(lamp) ?? 0), 0) / placed.length;
  const commune = lamps.every((lamp) => lamp.commune === lamps[0]?.commune) ? lamps[0]?.commune : undefined;
  return {
    id: groupId(kind, zone),
    type: 'StreetlightGroup',
    ...(commune && { scope: `/${commune}` }),
    name: property(kind === 'zone' ? (names.get(zone) ?? zone) : zone.replaceAll('_', ' ') || 'Toutes les lampes'),
    ...(placed.length > 0 && {
      location: {
        type: 'GeoProperty',
        value: { type: 'Point', coordinates: [mean((l) => l.longitude), mean((l) => l.latitude)] },
      },
    }),
    activeProgramId: property(programId(strategy, programme, version)),
    ...(kind === 'cabinet' && { refStreetlightControlCabinet: { type: 'Relationship', object: zone } }),
    refStreetlight: { type: 'Relationship', object: lamps.map(({ id }) => id) },
  };
}

/** Ids can't contain spaces and accents, so a street is identified by a hash of its name. */
function groupId(kind: string, zone: string): string {
  const isPlain = /^[\w.~-]*$/.test(zone);
  return `${PREFIX}${kind}${zone === '' ? '' : ':'}${isPlain ? zone : createHash('sha256').update(zone).digest('hex').slice(0, 16)}`;
}

async function zoneNames(db: Database, tenant: string): Promise<Map<string, string>> {
  return new Map((await listZones(db, tenant)).map(({ id, name }) => [id, name]));
}

function property(value: unknown) {
  return { type: 'Property', value };
}
