import { conflict } from '@alzette/kit/problems';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { StrategyVersion } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { type Strategy, writeStrategy } from './strategy.ts';
import { publishStrategy, strategyEntities } from './strategy-entities.ts';
import { keepStrategy, versionOf } from './strategy-rows.ts';

/** Several people who save the same strategy at once take turns. */
const MOST_TRIES = 10;

/**
 * Publishes a strategy and then stores it as a new version, so that no version exists that could not be published. The
 * publication is outside the transaction, because the embedded database has a single connection.
 *
 * @param as the client that publishes
 * @throws Problem: the broker refuses its entities
 */
export async function publishAndKeep(
  { db, publicUrl }: Pick<LightingParts, 'db' | 'publicUrl'>,
  { client, tenant }: { readonly client: NgsiLdClient; readonly tenant: string },
  { id, strategy, author }: { readonly id: string; readonly strategy: Strategy; readonly author: string },
): Promise<{ readonly row: StrategyVersion; readonly isNew: boolean }> {
  const document = writeStrategy(strategy);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const version = await versionOf(db, tenant, { id, document });
    await publishStrategy(client, { tenant, publicUrl }, strategyEntities(id, version, strategy));
    const kept = await keepStrategy(db, tenant, { id, document, author, version });
    if (kept) return kept;
  }
  throw conflict(`the strategy "${id}" is being saved by others: try again`, 'busy');
}
