import { isDeepStrictEqual } from 'node:util';

/** What three versions of a document become. */
interface Merged {
  readonly value: unknown;
  /** The places that both changed, e.g. `when.value`. There the value is ours. */
  readonly conflicts: readonly string[];
}

/** The members by which the items of a list are recognised. */
const IDENTITIES = ['id', 'name'] as const;

/**
 * Merges what was changed here (`ours`) and what a new version brings (`theirs`), since their common `base`. Objects are
 * merged by member, lists whose items have an id or a name by item, other lists as a whole.
 */
export function merge(base: unknown, ours: unknown, theirs: unknown, place = ''): Merged {
  if (isDeepStrictEqual(ours, theirs) || isDeepStrictEqual(base, theirs)) return { value: ours, conflicts: [] };
  if (isDeepStrictEqual(base, ours)) return { value: theirs, conflicts: [] };
  if (isObject(ours) && isObject(theirs)) {
    const members = mergeMembers(isObject(base) ? base : {}, ours, theirs, place);
    return { value: Object.fromEntries(members.values), conflicts: members.conflicts };
  }
  const identity = IDENTITIES.find((name) => [ours, theirs].every((list) => hasIdentities(list, name)));
  if (identity !== undefined) {
    const [before, here, there] = [base, ours, theirs].map((list) => byIdentity(list, identity));
    const items = mergeMembers(before ?? {}, here ?? {}, there ?? {}, place);
    return { value: items.values.map(([, item]) => item), conflicts: items.conflicts };
  }
  return { value: ours, conflicts: [place] };
}

type Members = Readonly<Record<string, unknown>>;

/** Ours first in their order, then what is new in theirs. */
function mergeMembers(base: Members, ours: Members, theirs: Members, place: string) {
  const values: [string, unknown][] = [];
  const conflicts: string[] = [];
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [before, here, there] = [base, ours, theirs].map((each) =>
      Object.hasOwn(each, name) ? each[name] : undefined,
    );
    const merged = merge(before, here, there, place === '' ? name : `${place}.${name}`);
    conflicts.push(...merged.conflicts);
    if (merged.value !== undefined) values.push([name, merged.value]);
  }
  return { values, conflicts };
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every item has it, and each another. */
function hasIdentities(list: unknown, name: string): boolean {
  if (!Array.isArray(list)) return false;
  const identities = list.map((item) => (isObject(item) ? item[name] : undefined));
  return identities.every((each) => typeof each === 'string') && new Set(identities).size === list.length;
}

function byIdentity(list: unknown, name: string): Members {
  return hasIdentities(list, name)
    ? Object.fromEntries((list as Members[]).map((item) => [String(item[name]), item]))
    : {};
}
