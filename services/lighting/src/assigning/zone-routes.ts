import { actor } from '@alzette/kit/access';
import { documents, judged, judgeOf, listed, named, type ObjectKind, readable } from '@alzette/kit/objects';
import { conflict } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { readList, readObject, readText, within } from '../input/read.ts';
import { sumDrawnZones } from '../measure/close-night.ts';
import { refreshPark } from '../measure/night-jobs.ts';
import { findLamps } from '../park/read-park.ts';
import type { LightingParts } from '../parts.ts';
import { coversEach, coversLamps } from '../rights/lamp-rights.ts';
import { readableZones } from '../rights/lamp-zones.ts';
import { lampsOfZone } from '../rights/zone-lamps.ts';
import { tonight } from '../sun/tonight.ts';
import { type DrawnZone, deleteZone, insertZone, listZones } from '../zones/drawn-zones.ts';
import { listPlaces } from '../zones/place-rows.ts';

const MAX_CORNERS = 2_000;
/** Of lamps, only where they are and that they exist is shown. */
const PLACES = ['location'];
/** What a zone is drawn for. */
const COMMANDS = ['applyStrategy'];

/** A drawn zone, stored or asked for. */
type ZoneObject = DrawnZone & { readonly author: string; readonly newLamps?: readonly string[] };

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

/** `/zones`: drawn zones of the territory, for strategies and savings. */
export function zoneRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db, client, context } = parts;
  const kind = drawnZoneKind(parts);
  scope.get(
    '/zones',
    operation({
      access: 'read',
      objects: listed(kind),
      summary: 'The zones for strategies: drawn zones, communes, streets and cabinets',
    }),
    async (request) => {
      const { tenant } = request;
      const readableOnes = await readableZones(db, judgeOf(request), PLACES);
      return {
        zones: await readable(request, kind, await listZones(db, tenant)),
        ...(await listPlaces(db, tenant, readableOnes.communes)),
      };
    },
  );

  const asked = async (request: FastifyRequest): Promise<ZoneObject[]> => {
    const { tenant } = request;
    const given = readObject(request.body, 'body', ['name', 'area']);
    const name = readText(given.name, 'name', 100);
    const area = readArea(given.area);
    const { type: geometry, coordinates } = area;
    const newLamps = await findLamps({ client, context, tenant }, { georel: 'within', geometry, coordinates });
    return [{ id: idOf(name), name, area, author: actor(parts.callerOf(request)), newLamps }];
  };
  scope.post(
    '/zones',
    operation({
      access: 'write',
      objects: documents(kind, asked),
      audited: { values: 'body' },
      summary: 'Saves a drawn zone: a name and a GeoJSON polygon',
    }),
    async (request, reply) => {
      const { tenant } = request;
      const { id, name, area, author } = judged(request, kind);
      await insertZone(db, tenant, { id, name, area }, author);
      await refreshPark(parts, tenant);
      await sumDrawnZones(db, tenant, tonight(parts.site.timeZone));
      const kept = (await listZones(db, tenant)).find((one) => one.id === id);
      return reply.code(201).send(kept);
    },
  );

  scope.delete(
    '/zones/:id',
    operation({
      access: 'write',
      objects: named(kind),
      audited: { values: 'above' },
      summary: 'Deletes a drawn zone in which no strategy has run',
    }),
    async (request, reply) => {
      const { tenant } = request;
      if (!(await deleteZone(db, tenant, judged(request, kind).id)))
        throw conflict('a strategy has run in the zone, and its past nights refer to the zone');
      await refreshPark(parts, tenant);
      return reply.code(204).send();
    },
  );
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

function readArea(value: unknown): DrawnZone['area'] {
  const { type, coordinates } = readObject(value, 'area', ['type', 'coordinates']);
  if (type !== 'Polygon') throw new InvalidInput('area.type', type, '"Polygon"');
  const rings = readList(coordinates, 'area.coordinates', { min: 1, max: 20 }, (ring, at) => {
    const corners = readList(ring, at, { min: 4, max: MAX_CORNERS }, readCorner);
    const [first, last] = [corners[0], corners.at(-1)];
    if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) {
      throw new InvalidInput(
        within(at, corners.length - 1),
        last,
        'the first corner again, so that the ring is closed',
      );
    }
    return corners;
  });
  return { type, coordinates: rings };
}

function readCorner(value: unknown, at: string): number[] {
  const [longitude, latitude] = Array.isArray(value) ? value : [];
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) {
    throw new InvalidInput(at, value, '[longitude, latitude] in degrees');
  }
  return [longitude, latitude];
}
