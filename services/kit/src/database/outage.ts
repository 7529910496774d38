import { UNREPLICATED } from './replicated.ts';

/** Temporary conditions in which a database can't answer. */
export type Outage = 'away' | 'node' | 'full' | 'locked' | 'overloaded' | 'read-only' | 'alone';

/** The messages for clients and operators. */
export const OUTAGES: { readonly [Kind in Outage]: string } = {
  away: 'The database cannot be reached',
  node: 'A node of the database cannot be reached',
  full: 'The database has no room left',
  locked: 'The database waits for a lock held by another transaction',
  overloaded: 'The database has no connections or memory left, or takes too long',
  'read-only': 'The database currently accepts no writes',
  alone: 'No standby of the database confirms what is written',
};

/** The code of the error that one node of a cluster does not answer. Tenants of other nodes are still served. */
export const NODE_AWAY = 'ALZND';

/** The value of Retry-After. */
export const RETRY_AFTER_S = 5;

/** By SQLSTATE, or its class. */
const STATES: readonly (readonly [state: string, outage: Outage])[] = [
  ['53100', 'full'],
  ['53', 'overloaded'],
  ['58', 'full'],
  ['55P03', 'locked'],
  ['57014', 'overloaded'],
  ['57P', 'away'],
  ['08', 'away'],
  ['25006', 'read-only'],
  [UNREPLICATED, 'alone'],
  [NODE_AWAY, 'node'],
];

const MAX_CAUSES = 5;

const AGAIN_MS = 2_000;
const UNAVAILABLE = 503;

/**
 * Runs a step of the start of a service. If a node of a cluster that it needs is unreachable, the start continues without it, and
 * the step is repeated until the node answers.
 *
 * @throws other errors of the first attempt
 */
export async function onceAnswered(step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!isNodeAway(error)) throw error;
    setTimeout(() => onceAnswered(step).catch(() => {}), AGAIN_MS).unref();
  }
}

/** Reported by the database, or by the broker, which answers 503. */
function isNodeAway(error: unknown): boolean {
  return outageOf(error) === 'node' || (error instanceof Error && 'status' in error && error.status === UNAVAILABLE);
}

/** The outage behind an error or its cause; undefined if the request or the program is to blame. */
export function outageOf(error: unknown): Outage | undefined {
  for (let left = MAX_CAUSES; left > 0 && error instanceof Error; left--) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const known = /^[0-9A-Z]{5}$/.test(code) ? STATES.find(([state]) => code.startsWith(state)) : undefined;
    if (known !== undefined) return known[1];
    // The broker throws this if it has no connection, or has lost it.
    if ('inDoubt' in error && !(error.cause instanceof Error && outageOf(error.cause) !== undefined)) return 'away';
    error = error.cause;
  }
  return undefined;
}
