import type { Dataset, Words } from '../datasets/dataset.ts';
import { LICENCES } from '../datasets/vocabulary.ts';
import { type OpenDataParts, PUBLIC_TENANT } from '../parts.ts';

/** The id of the entity that describes a dataset in the broker, for search, dashboards and other platforms. */
function entityId(id: string): string {
  return `urn:ngsi-ld:Dataset:${id}`;
}

/** Writes the entity of a published dataset: the data of its catalogue entry, without its rows. */
export async function keepEntity({ client, context, publicUrl }: OpenDataParts, dataset: Dataset): Promise<void> {
  const { id, definition, issuedAt, refreshedAt } = dataset;
  const property = (value: unknown) => ({ type: 'Property', value });
  const url = `${publicUrl}/data/datasets/${id}`;
  const entity = {
    id: entityId(id),
    type: 'Dataset',
    title: property(inAll(definition.title)),
    description: property(inAll(definition.description)),
    keyword: property(definition.keywords),
    identifier: property([url]),
    landingPage: property([url]),
    accessRights: property(LICENCES[definition.licence].url),
    contactPoint: property([definition.contact.name]),
    ...(issuedAt && { issued: property(issuedAt.toISOString()) }),
    ...(refreshedAt && { modified: property(refreshedAt.toISOString()) }),
  };
  const { errors = [] } = await client.batchUpsert([entity], { tenant: PUBLIC_TENANT, context });
  const [fault] = errors;
  if (fault !== undefined) throw new Error(`The entity of ${id} could not be written: ${JSON.stringify(fault)}`);
}

export async function forgetEntity({ client, context }: OpenDataParts, id: string): Promise<void> {
  const existing = await client.retrieveEntity(entityId(id), { tenant: PUBLIC_TENANT, context });
  if (existing !== undefined) await client.deleteEntity(entityId(id), { tenant: PUBLIC_TENANT, context });
}

function inAll({ fr, en }: Words): string[] {
  return en === undefined ? [fr] : [fr, en];
}
