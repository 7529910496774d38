import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { PublishingParts } from '../parts.ts';

/** The public attributes of a container. They are listed, so that new attributes do not become public automatically. */
const PUBLIC_ATTRIBUTES = [
  'name',
  'location',
  'address',
  'fillingLevel',
  'storedWasteKind',
  'status',
  'dateLastEmptying',
];
const PAGE = 1000;

/** The recycling containers, in concise form. */
export async function publicContainers(
  { client }: PublishingParts,
  tenant: string,
  context: string,
): Promise<Entity[]> {
  const found: Entity[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const { entities } = await client.queryEntities({
      type: 'WasteContainer',
      tenant,
      context,
      format: 'concise',
      pick: ['id', 'type', ...PUBLIC_ATTRIBUTES],
      limit: PAGE,
      offset,
    });
    found.push(...entities);
    if (entities.length < PAGE) return found;
  }
}
