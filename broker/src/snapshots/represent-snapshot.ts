import { randomUUID } from 'node:crypto';
import { isConnectionHeader } from '../model/represent/key-values.ts';
import { maskReceiver } from './receiver-secrets.ts';
import type { SnapshotNotice, StoredSnapshot } from './snapshot-store.ts';

/** The representation of a Snapshot (5.2.41). */
export function representSnapshot(snapshot: StoredSnapshot): Record<string, unknown> {
  const { context: _, ...document } = maskReceiver(snapshot.document);
  const { queriesDetails, temporalQueriesDetails } = snapshot;
  return {
    id: snapshot.id,
    type: 'Snapshot',
    ...document,
    snapshotStatus: snapshot.status,
    ...(queriesDetails && { snapshotQueriesDetails: queriesDetails }),
    ...(temporalQueriesDetails && { snapshotTemporalQueriesDetails: temporalQueriesDetails }),
    createdAt: snapshot.createdAt.toISOString(),
    modifiedAt: snapshot.modifiedAt.toISOString(),
    expiresAt: snapshot.expiresAt.toISOString(),
    lastUsedAt: snapshot.lastUsedAt.toISOString(),
  };
}

/**
 * The SnapshotNotification (5.3.4) of a change, if one is wanted. A deleted snapshot is reported as expired before it
 * is sent.
 */
export function noticeOf(snapshot: StoredSnapshot, at: Date): SnapshotNotice | undefined {
  const { id, tenant, document, queriesDetails, temporalQueriesDetails } = snapshot;
  const { endpoint, receiverInfo = [], snapshotPriority } = document;
  if (endpoint === undefined) return undefined;
  const headers: Record<string, string> = { 'Content-Type': 'application/json', 'NGSILD-Snapshot': id };
  if (tenant !== '') headers['NGSILD-Tenant'] = tenant;
  const taken = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const body = {
    id: `urn:ngsi-ld:SnapshotNotification:${randomUUID()}`,
    type: 'SnapshotNotification',
    snapshotId: id,
    notifiedAt: at.toISOString(),
    expiresAt: snapshot.expiresAt.toISOString(),
    snapshotPriority,
    snapshotStatus: snapshot.status,
    ...(queriesDetails && { snapshotQueriesDetails: queriesDetails }),
    ...(temporalQueriesDetails && { temporalSnapshotQueriesDetails: temporalQueriesDetails }),
  };
  const given = receiverInfo.filter(({ key }) => !isConnectionHeader(key) && !taken.has(key.toLowerCase()));
  return { endpoint, receiverInfo: given, headers, body };
}
