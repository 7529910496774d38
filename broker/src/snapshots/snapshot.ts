import type { KeyValue } from '../model/represent/key-values.ts';
import type { JsonObject } from '../model/values.ts';

export type SnapshotStatus = 'preparing' | 'success' | 'partial' | 'empty' | 'failure';

/** The outcome of one query (5.2.42). */
export interface ExecutionResultDetails {
  readonly resultStatus: 'success' | 'failure' | 'empty';
  readonly problemDetails?: object;
}

/** The client's part of a snapshot (5.2.41), and the @context of its queries. */
export interface SnapshotDocument {
  readonly snapshotQueries?: readonly JsonObject[];
  readonly snapshotTemporalQueries?: readonly JsonObject[];
  /** ISO 8601. */
  readonly snapshotLifetime?: string;
  /** 1 to 10. */
  readonly snapshotPriority: number;
  readonly endpoint?: string;
  readonly receiverInfo?: readonly KeyValue[];
  /** As given; absent: the core @context. */
  readonly context?: unknown;
}

/** The result of filling a snapshot. */
export interface SnapshotResult {
  readonly status: SnapshotStatus;
  readonly queriesDetails?: readonly ExecutionResultDetails[];
  readonly temporalQueriesDetails?: readonly ExecutionResultDetails[];
}

/** The status of a snapshot, depending on the outcomes of its queries (5.16.1.4). */
export function statusOf(details: readonly ExecutionResultDetails[]): SnapshotStatus {
  if (details.every(({ resultStatus }) => resultStatus === 'success')) return 'success';
  if (details.some(({ resultStatus }) => resultStatus === 'success')) return 'partial';
  return details.some(({ resultStatus }) => resultStatus === 'empty') ? 'empty' : 'failure';
}
