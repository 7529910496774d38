import { actor } from '@alzette/kit/access';
import { documentsInBody, judged, judgeOf, listed, named, type ObjectKind, readable } from '@alzette/kit/objects';
import { conflict } from '@alzette/kit/problems';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import type { Area, DrawnZone, ZoneContract } from '../contract/contract.ts';
import { InvalidInput, within } from '../input/invalid-input.ts';
import { sumDrawnZones } from '../measure/close-night.ts';
import { refreshPark } from '../measure/night-jobs.ts';
import { findLamps } from '../park/read-park.ts';
import type { LightingParts } from '../parts.ts';
import { coversEach, coversLamps } from '../rights/lamp-rights.ts';
import { readableZones } from '../rights/lamp-zones.ts';
import { lampsOfZone } from '../rights/zone-lamps.ts';
import { tonight } from '../sun/tonight.ts';
import { deleteZone, insertZone, listZones } from '../zones/drawn-zones.ts';
import { listPlaces } from '../zones/place-rows.ts';

/** Of lamps, only where they are and that they exist is shown. */
const PLACES = ['location'];
/** What a zone is drawn for. */
const COMMANDS = ['applyStrategy'];

/** A drawn zone, stored or asked for. */
type ZoneObject = Omit<DrawnZone, 'lamps'> & { readonly newLamps?: readonly string[] };

/**
 * A drawn zone belongs to whoever may command all of its lamps. One without lamps belongs to its author, and to whoever
 * may command all lamps of the tenant.
 */
function drawnZoneKind({ db }: Pick<LightingParts, 'db'>): ObjectKind<ZoneObject> {
  return {
    name: 'zone',
    find: async (tenant, id) => (await listZones(db, tenant)).find((zone) => zone.id === id),
    async may(action, { id, author, newLamps }, judge) {
      const { caller } = judge;
      if (action === 'read' && (await readableZones(db, judge, PLACES)).communes === null) return true;
      if (action === 'write' && coversLamps(judge, 'write', COMMANDS)) return true;
      const own = caller.subject !== '' && actor(caller) === author;
      const lamps =
        newLamps ?? (await lampsOfZone(db, caller.tenant, { kind: 'zone', zone: id })).map((lamp) => lamp.id);
      if (lamps.length === 0) return own && newLamps === undefined;
      if (action === 'read') return own || (await readableZones(db, judge, PLACES)).has({ kind: 'zone', zone: id });
      return coversEach(judge, 'write', lamps, COMMANDS);
    },
  };
}

export function zoneHandlers(parts: LightingParts): Handlers<ZoneContract, 'list' | 'draw' | 'remove'> {
  const { db, client, context } = parts;
  const kind = drawnZoneKind(parts);
  const asked = async (request: RequestOf<ZoneContract['operations']['draw']>): Promise<ZoneObject[]> => {
    const { tenant, body } = request;
    const { name } = body;
    const area = flat(body.area);
    const { type: geometry, coordinates } = area;
    const newLamps = await findLamps({ client, context, tenant }, { georel: 'within', geometry, coordinates });
    return [{ id: idOf(name), name, area, author: actor(parts.callerOf(request)), newLamps }];
  };
  return {
    list: {
      objects: listed(kind),
      async handle(request) {
        const { tenant } = request;
        const readableOnes = await readableZones(db, judgeOf(request), PLACES);
        return {
          zones: await readable(request, kind, await listZones(db, tenant)),
          ...(await listPlaces(db, tenant, readableOnes.communes)),
        };
      },
    },
    draw: {
      objects: documentsInBody(kind, asked),
      async handle(request) {
        const { tenant } = request;
        const { newLamps: _, ...zone } = judged(request, kind);
        await insertZone(db, tenant, zone);
        await refreshPark(parts, tenant);
        await sumDrawnZones(db, tenant, tonight(parts.siteOf(tenant).timeZone));
        const kept = (await listZones(db, tenant)).find(({ id }) => id === zone.id);
        if (kept === undefined) throw conflict('another request has deleted the zone in the meantime', 'changed');
        return kept;
      },
    },
    remove: {
      objects: named(kind),
      async handle(request) {
        const { tenant } = request;
        if (!(await deleteZone(db, tenant, judged(request, kind).id)))
          throw conflict('a strategy has run in the zone, and its past nights refer to the zone', 'needed');
        await refreshPark(parts, tenant);
      },
    },
  };
}

/** `Rue de l’Église` becomes `rue-de-l-eglise`. */
function idOf(name: string): string {
  const id = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (id === '') throw new InvalidInput('name', name, 'a name with letters or digits');
  return id;
}

/** The polygon without heights. @throws InvalidInput */
function flat({ type, coordinates }: Area): Area {
  return { type, coordinates: coordinates.map((ring, r) => flatRing(ring, `area.coordinates.${r}`)) };
}

function flatRing(ring: Area['coordinates'][number], at: string): Area['coordinates'][number] {
  const corners = ring.map(([longitude, latitude], c): Area['coordinates'][number][number] => {
    if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90))
      throw new InvalidInput(within(at, c), [longitude, latitude], '[longitude, latitude] in degrees');
    return [longitude, latitude];
  });
  const [first, last] = [corners[0], corners.at(-1)];
  if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) {
    const expected = 'the first corner again, so that the ring is closed';
    throw new InvalidInput(within(at, corners.length - 1), last, expected);
  }
  return corners;
}
