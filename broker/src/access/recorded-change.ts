import { AsyncLocalStorage } from 'node:async_hooks';
import { isJsonObject } from '../model/values.ts';

/** What an act changed, for the audit: only members that differ, by their path, e.g. `who.roles`. */
export interface RecordedChange {
  /** The old values; absent: the object did not exist. */
  readonly before?: Members;
  /** The new values; absent: the object no longer exists. */
  readonly after?: Members;
  /** Members that changed, but whose values are secret or identify a person. The audit is kept forever. */
  readonly hidden?: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

const MAX_MEMBERS = 100;
const MAX_TEXT = 300;
const SECRET =
  /^(?:receiverInfo|notifierInfo|headers|link)$|(?:pass(?:word|phrase)?|secret|token|key|credential|authorization|cookie|signature|pin|hash)s?$/i;
const PERSONAL =
  /^(?:username|givenName|familyName|fullName|author|assignee|owner|responsible)$|e-?mail|phone|mobile|contact/i;
const E_MAIL = /[^\s@]+@[^\s@]+\.[^\s@]+/;
/** Members that the product counts and dates itself. */
const OF_THE_PRODUCT =
  /^(?:(?:created|modified|updated|changed)(?:At|By)?|version|effectiveRoles|isOwn|mayChange|running|failures|nextRunAt|last[A-Z]\w*|times[A-Z]\w*|@context)$/;

/**
 * Compares an object before and after an act.
 *
 * @param alsoHidden members whose values are hidden beside those whose names tell it
 * @returns undefined: nothing differs
 */
export function changeBetween(
  before: object | undefined,
  after: object | undefined,
  alsoHidden: readonly string[] = [],
): RecordedChange | undefined {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const differing = [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
    .slice(0, MAX_MEMBERS);
  if (differing.length === 0) return undefined;
  const hidden = differing.filter((path) => isHidden(path, [old.get(path), now.get(path)], alsoHidden));
  const shown = (leaves: ReadonlyMap<string, unknown>): Members =>
    Object.fromEntries(
      differing
        .filter((path) => leaves.has(path) && !hidden.includes(path))
        .map((path) => [path, shortened(leaves.get(path))]),
    );
  return {
    ...(before !== undefined && { before: shown(old) }),
    ...(after !== undefined && { after: shown(now) }),
    ...(hidden.length > 0 && { hidden }),
  };
}

/** The values by their path. Objects in a list are identified by their id or name. */
function leavesOf(value: object | undefined, path = ''): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [key, inner] of Object.entries(value ?? {})) {
    if (OF_THE_PRODUCT.test(key)) continue;
    const at = path === '' ? key : `${path}.${key}`;
    const parts = isJsonObject(inner)
      ? inner
      : Array.isArray(inner) && inner.some(isJsonObject)
        ? byName(inner)
        : undefined;
    if (parts === undefined) leaves.set(at, inner);
    else for (const [each, leaf] of leavesOf(parts, at)) leaves.set(each, leaf);
  }
  return leaves;
}

function byName(list: readonly unknown[]): object {
  return Object.fromEntries(
    list.map((each, at) => {
      const { id, name } = isJsonObject(each) ? each : {};
      const known = [id, name].find((text) => typeof text === 'string' && text !== '');
      return [String(known ?? at + 1), each];
    }),
  );
}

function isHidden(path: string, values: readonly unknown[], alsoHidden: readonly string[]): boolean {
  const names = path.split('.');
  return (
    names.some((name) => SECRET.test(name) || PERSONAL.test(name) || alsoHidden.includes(name)) ||
    E_MAIL.test(path) ||
    values.some((value) => value !== undefined && E_MAIL.test(JSON.stringify(shortened(value))))
  );
}

/** Without credentials in URLs, which their user or query may contain. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) {
    const texts = value.map(shortened);
    return JSON.stringify(texts).length > MAX_TEXT ? shortened(texts.join(', ')) : texts;
  }
  if (typeof value !== 'string') return value;
  const text = value.replaceAll(/(\b[a-z][\w+.-]*:\/\/)(?:[^\s/@]*@)?([^\s?#]*)\?[^\s#]*/gi, '$1$2?…');
  const plain = text.replaceAll(/(\b[a-z][\w+.-]*:\/\/)[^\s/@]*@/gi, '$1');
  return plain.length > MAX_TEXT ? `${plain.slice(0, MAX_TEXT)}…` : plain;
}

/** A request that changes something. */
interface Changing {
  /** How the broker and the services name its sender in the audit. */
  readonly actors: readonly string[];
  /** Reads what it has changed so far. */
  readonly read: () => Promise<RecordedChange | undefined>;
}

const current = new AsyncLocalStorage<Changing & { isTaken: boolean; hasEntry: boolean }>();

/** Runs the rest of a request. Its change is recorded with the first audit entry of its sender. */
export function whileChanging<T>(changing: Changing, work: () => T): T {
  return current.run({ ...changing, isTaken: false, hasEntry: false }, work);
}

/**
 * The change of the current request; undefined: there is none, or another audit entry already contains it.
 *
 * @param actor the actor of the entry. Work that the request started, for example by a rule, has another actor
 */
export async function takeChange(actor: string): Promise<RecordedChange | undefined> {
  const changing = changingBy(actor);
  if (changing === undefined || changing.isTaken) return undefined;
  changing.isTaken = true;
  return changing.read();
}

/** Notes that the current request has an entry in the audit, if this actor sent it. */
export function noteEntry(actor: string): void {
  const changing = changingBy(actor);
  if (changing !== undefined) changing.hasEntry = true;
}

/** Whether the current request already has an entry in the audit. */
export function hasEntry(): boolean {
  return current.getStore()?.hasEntry ?? false;
}

function changingBy(actor: string) {
  const changing = current.getStore();
  return changing?.actors.includes(actor) ? changing : undefined;
}
