/** Why a database can't do now what it otherwise could: asked again later, it may. */
export type Outage = 'away' | 'full' | 'locked' | 'overloaded' | 'read-only';

/** What clients and operators are told of each. */
export const OUTAGES: { readonly [Kind in Outage]: string } = {
  away: 'The database cannot be reached',
  full: 'The database has no room left',
  locked: 'The database waits for a lock that another holds',
  overloaded: 'The database has no connection or memory left, or takes too long',
  'read-only': 'The database takes no writes now',
};

/** When to ask again. */
export const RETRY_AFTER_S = 5;

/** By SQLSTATE, or the class that begins it. */
const STATES: readonly (readonly [state: string, outage: Outage])[] = [
  ['53100', 'full'],
  ['53', 'overloaded'],
  ['58', 'full'],
  ['55P03', 'locked'],
  ['57014', 'overloaded'],
  ['57P', 'away'],
  ['08', 'away'],
  ['25006', 'read-only'],
];

const MOST_CAUSES = 5;

/** Of an error, or of what caused it: whether the database's state is to blame, and not the request or the program. */
export function outageOf(error: unknown): Outage | undefined {
  for (let left = MOST_CAUSES; left > 0 && error instanceof Error; left--) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    const known = /^[0-9A-Z]{5}$/.test(code) ? STATES.find(([state]) => code.startsWith(state)) : undefined;
    if (known !== undefined) return known[1];
    // What the broker throws where it has no connection, or lost it.
    if ('inDoubt' in error && !(error.cause instanceof Error && outageOf(error.cause) !== undefined)) return 'away';
    error = error.cause;
  }
  return undefined;
}
