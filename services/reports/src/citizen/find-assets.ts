import type { Published } from '@alzette/kit/service';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { distanceM } from '@alzette/ngsi-ld-schemas/geo';
import type { Asset } from '../contract/citizen.ts';
import type { ReportParts } from '../parts.ts';
import type { Position } from '../report/place.ts';

const NEAR_METRES = 150;
const MOST = 20;

/** Finds by the text of a QR code or a plate: an id, the end of one, or a name. */
export async function assetsOfCode(
  parts: ReportParts,
  context: string,
  tenant: string,
  code: string,
  types: readonly string[],
) {
  const client = parts.publicClient(shownOf(types));
  const shared = { tenant, context, format: 'simplified', type: types.join(','), limit: MOST } as const;
  const id = /urn:ngsi-ld:[\w:.-]+/.exec(code)?.[0];
  const found =
    id === undefined
      ? await client.queryEntities({ ...shared, q: `name==${JSON.stringify(code)}` })
      : await client.queryEntities({ ...shared, id: [id] });
  const byName = found.entities;
  if (byName.length > 0 || id !== undefined) return byName.flatMap((entity) => assetOf(entity));
  if (!/^[\w.-]{1,40}$/.test(code)) return [];
  const ending = `.*[:.-]${code.replaceAll('.', '[.]')}$`;
  return (await client.queryEntities({ ...shared, idPattern: ending })).entities.flatMap((entity) => assetOf(entity));
}

/** Nearest first. */
export async function assetsNear(
  parts: ReportParts,
  context: string,
  tenant: string,
  position: Position,
  types: readonly string[],
) {
  const { entities } = await parts.publicClient(shownOf(types)).queryEntities({
    tenant,
    context,
    format: 'simplified',
    type: types.join(','),
    georel: `near;maxDistance==${NEAR_METRES}`,
    geometry: 'Point',
    coordinates: position,
    limit: 100,
  });
  return entities
    .flatMap((entity) => assetOf(entity, position))
    .sort((a, b) => (a.metres ?? 0) - (b.metres ?? 0))
    .slice(0, MOST);
}

/** A category names the types of assets that reports are about: a setting, so they are not known to the code. */
function shownOf(types: readonly string[]): readonly Published[] {
  return [{ types, attributes: ['name', 'location'] }];
}

function assetOf(entity: Entity, from?: Position): Asset[] {
  const { location } = entity as {
    readonly location?: { readonly type?: string; readonly coordinates?: readonly number[] };
  };
  const [lon, lat] = location?.type === 'Point' ? (location.coordinates ?? []) : [];
  if (lon === undefined || lat === undefined) return [];
  const name = typeof entity.name === 'string' ? entity.name : (entity.id.split(':').at(-1) ?? entity.id);
  const metres = from && Math.round(distanceM(from, [lon, lat]));
  return [
    {
      id: entity.id,
      type: String([entity.type].flat()[0]),
      name,
      location: { lat, lon },
      ...(metres !== undefined && { metres }),
    },
  ];
}
