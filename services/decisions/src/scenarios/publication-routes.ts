import { judged, named, type ObjectKind } from '@alzette/kit/objects';
import { Problem, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ScenarioContract } from '../contract/contract.ts';
import type { DecisionParts } from '../parts.ts';
import type { DatasetOffered, DatasetPort } from '../ports.ts';
import type { Kept } from '../stored/document-rows.ts';
import { DATASET, DATASET_ID, publishFigures, withdrawFigures } from './open-figures.ts';
import { type SavedScenario, SCENARIO_ROWS } from './saved-scenario.ts';

export type PublishingParts = DecisionParts & { readonly datasets?: DatasetPort };
type Scopes = (kept: Kept<SavedScenario>, tenant: string) => readonly string[];

/** `/decisions/scenarios/{id}/publication`: the version that everyone may read, as entities and as open data. */
export function publicationHandlers(
  parts: PublishingParts,
  kind: ObjectKind<Kept<SavedScenario>>,
  scopesOf: Scopes,
): Handlers<ScenarioContract, 'publish' | 'withdraw'> {
  const { db, client, context, datasets } = parts;
  return {
    publish: {
      objects: named(kind),
      async handle(request) {
        const { tenant, body } = request;
        const kept = judged(request, kind);
        const state = (await datasets?.stateOf(tenant, DATASET_ID)) ?? 'cannot';
        if (state === 'none' && body.contact === undefined)
          throw refused('contact', undefined, 'whom readers of the open data ask: a name and an e-mail address');
        const figures = await publishFigures({ client, tenant, context }, kept, scopesOf(kept, tenant));
        await SCENARIO_ROWS.open(db, tenant, kept.id, kept.version);
        if (state === 'none') await datasets?.publish(tenant, DATASET_ID, offered(body.contact));
        if (state === 'published') await datasets?.refresh(tenant, DATASET_ID);
        const isOpenData = state === 'none' || state === 'published';
        return { version: kept.version, figures, ...(isOpenData && { dataset: DATASET_ID }) };
      },
    },
    withdraw: {
      objects: named(kind),
      async handle({ tenant, params: { id } }) {
        await withdraw(parts, tenant, id);
        await SCENARIO_ROWS.open(parts.db, tenant, id, undefined);
      },
    },
  };
}

/** Nothing of a scenario is published any more. */
export async function withdraw(
  { client, context, datasets }: PublishingParts,
  tenant: string,
  scenario: string,
): Promise<void> {
  await withdrawFigures({ client, tenant, context }, scenario);
  if ((await datasets?.stateOf(tenant, DATASET_ID)) === 'published') await datasets?.refresh(tenant, DATASET_ID);
}

function offered(contact: DatasetOffered['contact'] | undefined): DatasetOffered {
  if (contact === undefined) throw new Problem(400, 'The request is not valid', 'contact: got none');
  return { ...DATASET, contact };
}
