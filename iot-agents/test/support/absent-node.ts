import type { Database } from '@alzette/broker';
import { withAbsentNode } from '@alzette/broker/test-support';
import { OUTAGES } from '@alzette/kit/outage';
import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';

/** What agents get from others. */
export interface Surroundings {
  readonly db: Database;
  readonly client: NgsiLdClient;
}

/**
 * A cluster as the agents see it whose node of some tenants is away: the broker refuses their writes, and the database
 * statements on their commands. What is accepted goes to the real ones.
 */
export function absentNode() {
  const away = new Set<string>();
  const accepted: { readonly tenant: string; readonly entity: Entity }[] = [];
  const guarded = (client: NgsiLdClient): NgsiLdClient => ({
    ...client,
    async batchUpsert(entities, options) {
      const tenant = options?.tenant ?? '';
      if (away.has(tenant)) {
        const problem = { type: 'about:blank', title: 'Temporarily unavailable', detail: OUTAGES.node, status: 503 };
        throw new NgsiLdClientError(503, problem);
      }
      const result = await client.batchUpsert(entities, options);
      accepted.push(...entities.map((entity) => ({ tenant, entity })));
      return result;
    },
  });
  return {
    /** The tenants. */
    away,
    /** The values of an attribute of an entity, in the order in which they were accepted. */
    acceptedOf: (tenant: string, id: string, name: string): unknown[] =>
      accepted
        .filter((each) => each.tenant === tenant && each.entity.id === id && name in each.entity)
        .map(({ entity }) => (entity[name] as { readonly value: unknown }).value),
    around: ({ db, client }: Surroundings): Surroundings => ({
      db: withAbsentNode(db, /\biot\.command\b/, away),
      client: guarded(client),
    }),
  };
}
