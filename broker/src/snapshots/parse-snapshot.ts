import { checkMembers } from '../model/parse/parse-member.ts';
import { checkHeader, isConnectionHeader, type KeyValue, parseKeyValues } from '../model/represent/key-values.ts';
import { badMember, checkUri, isJsonObject, type JsonObject, NGSI_LD_NULL } from '../model/values.ts';
import { isZero, parseDuration } from '../query/temporal/temporal-duration.ts';

/** Members that only the broker writes. They are ignored in input (5.2.41). */
const OUTPUT_ONLY: ReadonlySet<string> = new Set([
  'snapshotStatus',
  'snapshotQueriesDetails',
  'snapshotTemporalQueriesDetails',
  'createdAt',
  'modifiedAt',
  'expiresAt',
  'lastUsedAt',
]);
const SETTABLE = ['snapshotLifetime', 'snapshotPriority', 'endpoint', 'receiverInfo'] as const;
const QUERIES = ['snapshotQueries', 'snapshotTemporalQueries'] as const;

/** All members of a Snapshot (5.2.41), for the query of a purge. */
export const SNAPSHOT_MEMBERS: ReadonlySet<string> = new Set(['id', 'type', ...SETTABLE, ...QUERIES, ...OUTPUT_ONLY]);

/** The id is part of the internal tenant name, so its length is limited. */
const MAX_ID_CHARACTERS = 256;

/** The content of a Snapshot in a request; null removes a member. */
export interface SnapshotFragment {
  readonly id?: string;
  readonly snapshotQueries?: readonly JsonObject[];
  readonly snapshotTemporalQueries?: readonly JsonObject[];
  readonly snapshotLifetime?: string | null;
  readonly snapshotPriority?: number | null;
  readonly endpoint?: string | null;
  readonly receiverInfo?: readonly KeyValue[] | null;
}

/**
 * Parses a Snapshot (5.2.41): a complete one, the settings of a clone, or the fragment of an update.
 *
 * @throws NgsiLdError BadRequestData: names the member
 */
export function parseSnapshot(input: JsonObject, use: 'create' | 'clone' | 'update'): SnapshotFragment {
  const given = Object.fromEntries(Object.entries(input).filter(([member]) => !OUTPUT_ONLY.has(member)));
  checkMembers(given, ['id', 'type', ...SETTABLE, ...QUERIES]);
  if (given.type !== 'Snapshot' && !(use === 'update' && given.type === undefined)) {
    throw badMember('type', given.type, '"Snapshot"');
  }
  const queries = readQueries(given, use);
  return {
    ...(given.id !== undefined && { id: readId(given.id) }),
    ...queries,
    ...read(given, 'snapshotLifetime', use, readLifetime),
    ...read(given, 'snapshotPriority', use, readPriority),
    ...read(given, 'endpoint', use, readEndpoint),
    ...read(given, 'receiverInfo', use, readReceiverInfo),
  };
}

function read<Value>(
  given: JsonObject,
  member: (typeof SETTABLE)[number],
  use: 'create' | 'clone' | 'update',
  reader: (value: unknown) => Value,
): { readonly [name: string]: Value | null } {
  const value = given[member];
  if (value === undefined) return {};
  if (use === 'update' && (value === null || value === NGSI_LD_NULL)) return { [member]: null };
  return { [member]: reader(value) };
}

function readId(value: unknown): string {
  const id = checkUri(value, 'id');
  if (id.length > MAX_ID_CHARACTERS) throw badMember('id', id, `a URI of at most ${MAX_ID_CHARACTERS} characters`);
  return id;
}

function readQueries(given: JsonObject, use: 'create' | 'clone' | 'update'): SnapshotFragment {
  if (use !== 'create') {
    for (const member of QUERIES) {
      if (given[member] !== undefined) throw badMember(member, given[member], 'absent: the queries can not be changed');
    }
    return {};
  }
  const [queries, temporal] = QUERIES.map((member) => readQueryList(given, member));
  if (queries === undefined && temporal === undefined) {
    throw badMember('snapshotQueries', undefined, 'snapshotQueries or snapshotTemporalQueries');
  }
  queries?.forEach(({ temporalQ }, index) => {
    if (temporalQ === undefined) return;
    throw badMember(`snapshotQueries[${index}].temporalQ`, temporalQ, 'absent: use snapshotTemporalQueries');
  });
  temporal?.forEach(({ temporalQ }, index) => {
    if (temporalQ !== undefined) return;
    throw badMember(`snapshotTemporalQueries[${index}].temporalQ`, undefined, 'an object with timerel and timeAt');
  });
  return { ...(queries && { snapshotQueries: queries }), ...(temporal && { snapshotTemporalQueries: temporal }) };
}

function readQueryList(given: JsonObject, member: (typeof QUERIES)[number]): readonly JsonObject[] | undefined {
  const list = given[member];
  if (list === undefined) return undefined;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isJsonObject)) {
    throw badMember(member, list, 'a non-empty array of Query');
  }
  return list;
}

function readLifetime(value: unknown): string {
  if (typeof value !== 'string') throw badMember('snapshotLifetime', value, 'an ISO 8601 duration, e.g. PT5M or P1D');
  if (isZero(parseDuration(value, 'snapshotLifetime'))) {
    throw badMember('snapshotLifetime', value, 'a duration longer than zero');
  }
  return value;
}

function readPriority(value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 10) {
    throw badMember('snapshotPriority', value, 'an integer from 1 to 10');
  }
  return value as number; // checked above
}

function readEndpoint(value: unknown): string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw badMember('endpoint', value, 'an http or https URL');
  }
  return value as string; // validated above
}

function readReceiverInfo(value: unknown): KeyValue[] {
  return parseKeyValues(value, 'receiverInfo', (pair, member) => {
    if (!isConnectionHeader(pair.key)) checkHeader(pair, member);
  });
}
