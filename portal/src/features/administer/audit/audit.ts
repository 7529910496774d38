import type { AuditEntry } from '@alzette/broker/contract';
import { audit } from '../../../broker/operations.ts';
import type { Access } from '../../../sign-in/access.ts';

/** Who administers one collectivity sees the entries of it alone. */
export function listAudit(access: Access) {
  return (asked: Parameters<typeof audit.list>[0]) =>
    access.may('administerAll') ? audit.list(asked) : audit.own(asked);
}

/** A member of the details of an act, and what it was before; undefined: it was not there. */
export interface Change {
  readonly member: string;
  readonly before?: string;
  readonly after?: string;
  /** It changed, but its values are not recorded. */
  readonly isHidden?: boolean;
}

/** What an act says of its own that it changed; undefined: nothing. */
export function recordedChanges({ details }: Pick<AuditEntry, 'details'>): Change[] | undefined {
  const { before, after, hidden } = details;
  if (!isPlain(before) && !isPlain(after)) return undefined;
  const secret = Array.isArray(hidden) ? hidden.map((member) => ({ member: String(member), isHidden: true })) : [];
  return [...changesBetween(isPlain(before) ? before : {}, isPlain(after) ? after : {}), ...secret];
}

/** What differs between the details of two acts on one object. Members of objects are listed one by one. */
export function changesBetween(before: object | undefined, after: object): Change[] {
  const [old, now] = [membersOf(before ?? {}), membersOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((member) => ({ member, before: old.get(member), after: now.get(member) }))
    .filter((change) => change.before !== change.after);
}

function membersOf(value: object, path = ''): Map<string, string> {
  const members = new Map<string, string>();
  for (const [key, inner] of Object.entries(value)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (isPlain(inner)) for (const [each, text] of membersOf(inner, name)) members.set(each, text);
    else members.set(name, textOf(inner));
  }
  return members;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

const METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const BELOW_SERVICE =
  /^\/(?:ops\/identity|ops\/access|ops\/history|ops|iot\/registry|iot|ngsi-ld\/v1|lighting|waste|energy|reports|dashboards|channels|alarms|opendata|publishing|insights)\/([a-zA-Z-]+)(?:\/([^/]+))?/;
/** Services whose first segment is the subject, except for other subjects below it. */
const SERVICE_ITSELF =
  /^\/(rules|dashboards|channels)(?:\/(?!(?:maintenance|questions|reports|recipients|groups|rosters)(?:\/|$))([^/]+))?$/;

/** Subject and verb of an action: those of `work-order.close`, or those of a request by its method and path. */
export function partsOf({ action, object }: Pick<AuditEntry, 'action' | 'object'>): {
  readonly subject: string;
  readonly verb: string;
  /** What of the subject; empty: nothing more is known. */
  readonly name: string;
} {
  if (METHODS.has(action)) {
    const [, area = '', id = ''] = SERVICE_ITSELF.exec(object) ?? BELOW_SERVICE.exec(object) ?? [];
    return { subject: area, verb: action, name: area === '' ? object : decoded(id) };
  }
  const at = action.lastIndexOf('.');
  return { subject: at < 0 ? '' : action.slice(0, at), verb: action.slice(at + 1), name: object };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
