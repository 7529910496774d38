import type { Dataset, DatasetKey, Words } from '../datasets/dataset.ts';
import { LICENCES } from '../datasets/vocabulary.ts';
import type { OpenDataParts } from '../parts.ts';

/** The id of the entity that describes a dataset in the broker, for search, dashboards and other platforms. */
function entityId(id: string): string {
  return `urn:ngsi-ld:Dataset:${id}`;
}

/** Writes the entity of a published dataset: the data of its catalogue entry, without its rows. */
export async function keepEntity({ client, context, territories }: OpenDataParts, dataset: Dataset): Promise<void> {
  const { tenant, id, definition, issuedAt, refreshedAt } = dataset;
  const property = (value: unknown) => ({ type: 'Property', value });
  const url = `${territories.publicUrl(tenant)}/data/datasets/${id}`;
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
  const { errors = [] } = await client.batchUpsert([entity], { tenant, context });
  const [fault] = errors;
  if (fault !== undefined) throw new Error(`The entity of ${id} could not be written: ${JSON.stringify(fault)}`);
}

export async function forgetEntity({ client, context }: OpenDataParts, { tenant, id }: DatasetKey): Promise<void> {
  const existing = await client.retrieveEntity(entityId(id), { tenant, context });
  if (existing !== undefined) await client.deleteEntity(entityId(id), { tenant, context });
}

function inAll({ fr, en }: Words): string[] {
  return en === undefined ? [fr] : [fr, en];
}
