import type { DemoContext } from '@alzette/kit/service';
import { entityOfLayer } from '../platform/src/territory-files/map-layer-kind.ts';
import { packDocuments } from './packs/documents.ts';

/** Creates the map layers of the demo's packs, unless they exist. */
export async function putLayers(_parts: object, { client, context, tenant }: DemoContext): Promise<void> {
  const { entities } = await client.queryEntities({ type: 'MapLayer', tenant, context, pick: ['id'], limit: 100 });
  const known = new Set(entities.map(({ id }) => id));
  const layers = (await packDocuments<object>('map-layers')).map(({ id, body }) => entityOfLayer({ id, ...body }));
  const missing = layers.filter(({ id }) => !known.has(id));
  if (missing.length > 0) await client.batchUpsert(missing, { tenant, context });
}
