import { problemOf } from '../http/answers/problem.ts';
import { readSnapshotQueries } from '../http/requests/snapshot-query.ts';
import { allowedUrl, type OutgoingPolicy } from '../outgoing/outgoing-url.ts';
import { openReceiver } from '../snapshots/receiver-secrets.ts';
import { noticeOf } from '../snapshots/represent-snapshot.ts';
import { SnapshotJob, type SnapshotJobParts } from '../snapshots/snapshot-job.ts';
import { SnapshotSpaces } from '../snapshots/snapshot-spaces.ts';
import { SnapshotStore } from '../snapshots/snapshot-store.ts';
import type { FederatingArea } from './federating.ts';
import type { Foundation } from './foundation.ts';
import type { RightsArea } from './rights.ts';

/** Snapshots, their storage, and the job that fills and ends them. */
export interface SnapshottingArea {
  readonly store: SnapshotStore;
  readonly spaces: SnapshotSpaces;
  readonly job: SnapshotJob;
}

/** The timeout for the endpoint of a snapshot. */
const NOTICE_TIMEOUT_MS = 10_000;

export async function openSnapshotting(
  { db, log, outgoing, contexts, quotas, secrets }: Foundation,
  { ownerAsCaller }: RightsArea,
  { federation, agent }: FederatingArea,
): Promise<SnapshottingArea> {
  const store = new SnapshotStore(db, noticeOf, quotas);
  const spaces = await SnapshotSpaces.open(db, store);
  const job = new SnapshotJob({
    db,
    store,
    spaces,
    federation,
    contexts,
    ownerAsCaller,
    readQueries: readSnapshotQueries,
    problemOf,
    openReceiver: (pairs, space) => openReceiver(pairs, space, secrets),
    send: noticeSender(outgoing, agent),
    log,
  });
  return { store, spaces, job };
}

/**
 * Sends notifications of snapshots. The endpoint's address is checked each time, because names may resolve differently
 * later.
 */
function noticeSender(policy: OutgoingPolicy, pool: FederatingArea['agent']): SnapshotJobParts['send'] {
  return async ({ endpoint, headers, body }, receiverInfo) => {
    const verdict = await allowedUrl(endpoint, policy);
    if (!verdict.allowed) return false;
    const given = Object.fromEntries(receiverInfo.map(({ key, value }) => [key, value]));
    const all = { ...given, ...headers };
    try {
      const { statusCode, body: answer } = await pool.request({
        origin: verdict.url.origin,
        path: `${verdict.url.pathname}${verdict.url.search}`,
        method: 'POST',
        headers: all,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(NOTICE_TIMEOUT_MS),
      });
      await answer.dump();
      return statusCode >= 200 && statusCode < 300;
    } catch {
      return false; // the status of the snapshot can be retrieved anyway
    }
  };
}
