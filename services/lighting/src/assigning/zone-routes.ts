import { actor } from '@alzette/kit/access';
import { conflict, missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { readList, readObject, readText, within } from '../input/read.ts';
import { sumDrawnZones } from '../measure/close-night.ts';
import { refreshPark } from '../measure/night-jobs.ts';
import type { LightingParts } from '../parts.ts';
import { tonight } from '../sun/tonight.ts';
import { type DrawnZone, deleteZone, insertZone, listZones } from '../zones/drawn-zones.ts';
import { listPlaces } from '../zones/place-rows.ts';

const MAX_CORNERS = 2_000;

/** `/zones`: drawn zones of the territory, for strategies and savings. */
export function zoneRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  scope.get(
    '/zones',
    operation({
      access: 'read',
      summary: 'The zones for strategies: drawn zones, communes, streets and cabinets',
    }),
    async ({ tenant }) => ({ zones: await listZones(db, tenant), ...(await listPlaces(db, tenant)) }),
  );

  scope.post(
    '/zones',
    operation({
      access: 'write',
      audited: { values: 'body' },
      summary: 'Saves a drawn zone: a name and a GeoJSON polygon',
    }),
    async (request, reply) => {
      const { tenant } = request;
      const { name, area } = readObject(request.body, 'body', ['name', 'area']);
      const zone = { name: readText(name, 'name', 100), area: readArea(area) };
      const id = idOf(zone.name);
      await insertZone(db, tenant, { id, ...zone }, actor(parts.callerOf(request)));
      await refreshPark(parts, tenant);
      await sumDrawnZones(db, tenant, tonight(parts.site.timeZone));
      const kept = (await listZones(db, tenant)).find((one) => one.id === id);
      return reply.code(201).send(kept);
    },
  );

  scope.delete<{ Params: { id: string } }>(
    '/zones/:id',
    operation({
      access: 'write',
      audited: { values: 'above' },
      summary: 'Deletes a drawn zone in which no strategy has run',
    }),
    async ({ tenant, params: { id } }, reply) => {
      if (!(await listZones(db, tenant)).some((zone) => zone.id === id)) throw missing('zone', id);
      if (!(await deleteZone(db, tenant, id)))
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
