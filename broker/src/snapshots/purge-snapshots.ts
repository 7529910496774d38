import type { ItemOutcome } from '../federation/write/distributed-batch.ts';
import type { AttributeInstance, Entity } from '../model/entity.ts';
import { NgsiLdError } from '../model/errors.ts';
import type { NameExpander } from '../model/names.ts';
import { badMember } from '../model/values.ts';
import { matchesQ } from '../query/q/match-q.ts';
import { parseQ } from '../query/q/q-parser.ts';
import { attributesOf } from '../query/q/q-tree.ts';
import { SNAPSHOT_MEMBERS } from './parse-snapshot.ts';
import { representSnapshot } from './represent-snapshot.ts';
import type { StoredSnapshot } from './snapshot-store.ts';
import { deleteSnapshot, type SnapshotParts } from './snapshots.ts';

const NGSI_LD = 'https://uri.etsi.org/ngsi-ld/';

/** Members have their standard names, whatever the @context. */
const NAMES: NameExpander = {
  attribute: (term) => NGSI_LD + term,
  type: (term) => NGSI_LD + term,
  vocab: (term) => NGSI_LD + term,
};

/**
 * Purge Snapshots (5.16.7): deletes matching snapshots. Returns the outcome by id.
 *
 * @throws NgsiLdError BadRequestData: the query does not refer to members of a Snapshot; ResourceNotFound: none matches
 */
export async function purgeSnapshots(
  parts: SnapshotParts,
  tenant: string,
  text: string | undefined,
): Promise<ItemOutcome<void>[]> {
  if (text === undefined) throw badMember('q', undefined, 'a query of members of a Snapshot');
  const q = parseQ(text, NAMES);
  for (const name of attributesOf(q)) {
    const member = name.slice(NGSI_LD.length);
    if (!SNAPSHOT_MEMBERS.has(member)) throw badMember('q', member, 'members of a Snapshot');
  }
  await parts.spaces.settle();
  const matching = (await parts.store.list(tenant)).filter((snapshot) => matchesQ(q, asEntity(snapshot)));
  if (matching.length === 0) throw new NgsiLdError('ResourceNotFound', `There is no snapshot that matches ${text}`);
  const outcomes: ItemOutcome<void>[] = [];
  for (const { id } of matching) {
    try {
      await deleteSnapshot(parts, tenant, id);
      outcomes.push({ entityId: id, failures: [], created: false });
    } catch (error) {
      if (!(error instanceof NgsiLdError)) throw error;
      outcomes.push({ entityId: id, failures: [{ error }], created: false });
    }
  }
  return outcomes;
}

/** Converts to an entity for the query: each member becomes a Property. */
function asEntity(snapshot: StoredSnapshot): Entity {
  const { id, type: _, createdAt, modifiedAt, expiresAt, ...members } = representSnapshot(snapshot);
  const times = { createdAt: String(createdAt), modifiedAt: String(modifiedAt) };
  const attributes: Record<string, readonly AttributeInstance[]> = {};
  for (const [member, value] of Object.entries(members)) {
    attributes[NGSI_LD + member] = [{ type: 'Property', value, ...times }];
  }
  return { id: String(id), types: [`${NGSI_LD}Snapshot`], ...times, expiresAt: String(expiresAt), attributes };
}
