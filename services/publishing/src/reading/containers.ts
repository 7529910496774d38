import type { Published } from '@alzette/kit/service';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';

/** What strangers read of a container. */
export const PUBLISHED: readonly Published[] = [
  {
    types: ['WasteContainer'],
    attributes: ['name', 'location', 'address', 'fillingLevel', 'storedWasteKind', 'status', 'dateLastEmptying'],
  },
];
const PAGE = 1000;

/** The recycling containers, in concise form. */
export async function publicContainers(client: NgsiLdClient, tenant: string, context: string): Promise<Entity[]> {
  const found: Entity[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const { entities } = await client.queryEntities({
      type: 'WasteContainer',
      tenant,
      context,
      format: 'concise',
      pick: ['id', 'type', ...PUBLISHED.flatMap(({ attributes }) => attributes)],
      limit: PAGE,
      offset,
    });
    found.push(...entities);
    if (entities.length < PAGE) return found;
  }
}
