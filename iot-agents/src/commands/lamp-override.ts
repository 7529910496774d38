import { isObject } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';

/** The attribute of a lamp that asks for an override. */
export const OVERRIDE = 'override';

/** What lamps of a gateway shall do in place of their programme. */
export interface Override {
  /** Ids of Streetlights and StreetlightGroups that the source has made. */
  readonly entities: readonly string[];
  /** 0..1; null: back to the programme. */
  readonly level: number | null;
  /** ISO 8601. */
  readonly until?: string;
}

/** @throws RegistryError WRONG_SYNTAX, naming the member */
export function readLevel(level: unknown, until: unknown): Pick<Override, 'level' | 'until'> {
  if (level !== null && !(typeof level === 'number' && level >= 0 && level <= 1)) {
    throw wrong('level', level, 'a number from 0 to 1, or null for the programme');
  }
  if (until !== undefined && !(typeof until === 'string' && Date.parse(until) > Date.now())) {
    throw wrong('until', until, 'a DateTime to come');
  }
  return { level, ...(until === undefined ? {} : { until }) };
}

/** What a command of that name asks for: a level, `{ level, until }`, or null or `programme`. @throws RegistryError */
export function readOverrideValue(value: unknown): Pick<Override, 'level' | 'until'> {
  if (isObject(value)) return readLevel(value.level === 'programme' ? null : value.level, value.until);
  return readLevel(value === 'programme' ? null : value, undefined);
}

/** Source and address in the id of a lamp; undefined: it is none of a gateway. */
export function lampOf(entityId: string): { readonly source: string; readonly address: string } | undefined {
  const [, source, address] = /^urn:ngsi-ld:Streetlight:(.+):([0-9a-f-]{36})$/.exec(entityId) ?? [];
  return source === undefined || address === undefined ? undefined : { source, address };
}

export function wrong(member: string, got: unknown, expected: string): RegistryError {
  return new RegistryError('WRONG_SYNTAX', `${member} is ${JSON.stringify(got) ?? 'missing'}, expected ${expected}`);
}

/** How far an override has come: what the gateway refers to is what we sent with it. */
export interface LoggedCommand {
  readonly cmsRefId: string;
  /** The light has changed; else the lamp knows what it shall do. */
  readonly isDone: boolean;
}

/** What a lamp is called among devices. */
export function lampKey(source: string, address: string): string {
  return `talq/${source}/${address}`;
}
