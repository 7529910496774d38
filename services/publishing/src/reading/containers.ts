import type { Published } from '@alzette/kit/service';
import { type Entity, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';

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
  const pick = ['id', 'type', ...PUBLISHED.flatMap(({ attributes }) => attributes)];
  const query = { type: 'WasteContainer', tenant, context, format: 'concise', pick, limit: PAGE } as const;
  return Array.fromAsync(queryAll(client, query));
}
