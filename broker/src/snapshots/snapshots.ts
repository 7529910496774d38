import { randomUUID } from 'node:crypto';
import type { Context } from '../context/contexts.ts';
import type { Secrets } from '../database/secrets.ts';
import { NgsiLdError } from '../model/errors.ts';
import { spaceName } from '../model/snapshot-space.ts';
import { badMember, type JsonObject } from '../model/values.ts';
import { parseDuration, periodStart } from '../query/temporal/temporal-duration.ts';
import type { SubscriptionOwner } from '../subscriptions/subscription.ts';
import { parseSnapshot, type SnapshotFragment } from './parse-snapshot.ts';
import { sealReceiver, unmaskReceiver } from './receiver-secrets.ts';
import type { SnapshotDocument } from './snapshot.ts';
import type { SnapshotSpaces } from './snapshot-spaces.ts';
import type { NewSnapshot, SnapshotStore, StoredSnapshot } from './snapshot-store.ts';

/** Dependencies of the operations on snapshots. */
export interface SnapshotParts {
  readonly store: SnapshotStore;
  readonly spaces: SnapshotSpaces;
  readonly secrets: Secrets;
  /** The maximum lifetime, counted from when it is set. */
  readonly longestLifetimeMs: number;
  /** Checks whether an outgoing URL is allowed. @throws NgsiLdError BadRequestData */
  readonly checkUrl: (url: string, member: string) => Promise<void>;
  /** Parses the queries of a document. @throws NgsiLdError: one of them is invalid */
  readonly checkQueries: (document: SnapshotDocument, context: Context) => void;
  /** Called when there is work for the job. */
  readonly wake: () => void;
}

const DEFAULT_PRIORITY = 5;
const DEFAULT_LIFETIME_MS = 24 * 60 * 60 * 1000;

/**
 * Create Snapshot (5.16.1). Returns its id; it is filled in the background.
 *
 * @throws NgsiLdError BadRequestData; AlreadyExists
 */
export async function createSnapshot(
  parts: SnapshotParts,
  tenant: string,
  input: JsonObject,
  context: Context,
  owner: SubscriptionOwner | undefined,
): Promise<string> {
  const { snapshotQueries, snapshotTemporalQueries, ...fragment } = parseSnapshot(input, 'create');
  const document = {
    ...(snapshotQueries && { snapshotQueries }),
    ...(snapshotTemporalQueries && { snapshotTemporalQueries }),
    ...(context.value !== undefined && { context: context.value }),
  };
  parts.checkQueries({ ...document, snapshotPriority: DEFAULT_PRIORITY }, context);
  return insert(parts, tenant, fragment, document, { ...(owner && { owner }) });
}

/**
 * Clone Snapshot (5.16.2). Returns the id of the clone, which is filled in the background.
 *
 * @throws NgsiLdError BadRequestData; ResourceNotFound; AlreadyExists
 */
export async function cloneSnapshot(
  parts: SnapshotParts,
  tenant: string,
  id: string,
  input: JsonObject,
): Promise<string> {
  const fragment = parseSnapshot(input, 'clone');
  const { space: source, document, owner } = await existing(parts, tenant, id);
  const { snapshotQueries, snapshotTemporalQueries, context } = document;
  const queries = {
    ...(snapshotQueries && { snapshotQueries }),
    ...(snapshotTemporalQueries && { snapshotTemporalQueries }),
    ...(context !== undefined && { context }),
  };
  return insert(parts, tenant, fragment, queries, { source, ...(owner && { owner }) });
}

async function insert(
  parts: SnapshotParts,
  tenant: string,
  fragment: SnapshotFragment,
  queries: Omit<SnapshotDocument, 'snapshotPriority'>,
  origin: Pick<NewSnapshot, 'owner' | 'source'>,
): Promise<string> {
  const id = fragment.id ?? `urn:ngsi-ld:Snapshot:${randomUUID()}`;
  const space = spaceName(tenant, id, randomUUID());
  if (fragment.endpoint) await parts.checkUrl(fragment.endpoint, 'endpoint');
  const createdAt = new Date();
  const document = sealReceiver({ ...queries, ...settings({}, fragment) }, space, parts.secrets);
  const expiresAt = expiryOf(document.snapshotLifetime, createdAt, parts);
  const isNew = await parts.store.insert({ tenant, id, space, document, createdAt, expiresAt, ...origin });
  if (!isNew) throw new NgsiLdError('AlreadyExists', `Snapshot ${id} already exists`);
  parts.wake();
  return id;
}

/** The settings that result from applying a fragment. */
function settings(before: Partial<SnapshotDocument>, fragment: SnapshotFragment): SnapshotDocument {
  const { snapshotLifetime, snapshotPriority, endpoint, receiverInfo } = { ...before, ...fragment };
  return {
    snapshotPriority: snapshotPriority ?? DEFAULT_PRIORITY,
    ...(snapshotLifetime && { snapshotLifetime }),
    ...(endpoint && { endpoint }),
    ...(receiverInfo && { receiverInfo }),
  };
}

function expiryOf(lifetime: string | undefined, now: Date, { longestLifetimeMs }: SnapshotParts): Date {
  const asked =
    lifetime === undefined
      ? now.getTime() + DEFAULT_LIFETIME_MS
      : periodStart(now.getTime(), parseDuration(lifetime, 'snapshotLifetime'), 1);
  return new Date(Math.min(asked, now.getTime() + longestLifetimeMs));
}

/** Retrieve Snapshot Status (5.16.3). @throws NgsiLdError ResourceNotFound */
export async function retrieveSnapshot(parts: SnapshotParts, tenant: string, id: string): Promise<StoredSnapshot> {
  await parts.spaces.settle();
  return existing(parts, tenant, id);
}

async function existing({ store }: SnapshotParts, tenant: string, id: string): Promise<StoredSnapshot> {
  const snapshot = await store.get(tenant, id);
  if (snapshot === undefined) throw noSnapshot(id);
  return snapshot;
}

/**
 * Update Snapshot Status (5.16.4). Returns the result.
 *
 * @throws NgsiLdError BadRequestData; ResourceNotFound
 */
export async function updateSnapshot(
  parts: SnapshotParts,
  tenant: string,
  id: string,
  input: JsonObject,
): Promise<StoredSnapshot> {
  const fragment = parseSnapshot(input, 'update');
  if (fragment.id !== undefined && fragment.id !== id) throw badMember('id', fragment.id, `the id of the path, ${id}`);
  await existing(parts, tenant, id);
  if (fragment.endpoint) await parts.checkUrl(fragment.endpoint, 'endpoint');
  const at = new Date();
  const updated = await parts.store.revise(tenant, id, at, ({ document: before, space, expiresAt }) => {
    const { snapshotQueries, snapshotTemporalQueries, context } = before;
    const revised = {
      ...(snapshotQueries && { snapshotQueries }),
      ...(snapshotTemporalQueries && { snapshotTemporalQueries }),
      ...(context !== undefined && { context }),
      ...settings(before, fragment),
    };
    return {
      document: sealReceiver(unmaskReceiver(revised, before), space, parts.secrets),
      expiresAt:
        fragment.snapshotLifetime === undefined
          ? expiresAt
          : expiryOf(fragment.snapshotLifetime ?? undefined, at, parts),
    };
  });
  if (updated === undefined) throw noSnapshot(id);
  parts.spaces.forget(tenant, id);
  parts.wake();
  return updated;
}

/** Delete Snapshot (5.16.5). @throws NgsiLdError ResourceNotFound */
export async function deleteSnapshot(parts: SnapshotParts, tenant: string, id: string): Promise<void> {
  if (!(await parts.store.end(tenant, id))) throw noSnapshot(id);
  parts.spaces.forget(tenant, id);
  parts.wake();
}

function noSnapshot(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no snapshot ${id}`);
}
