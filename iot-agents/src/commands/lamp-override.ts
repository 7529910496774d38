import { isObject } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';

/** The attribute of a lamp that requests an override. */
export const OVERRIDE = 'override';

/** An order to lamps of a gateway that overrides their programme. */
export interface Override {
  /** Ids of Streetlights and StreetlightGroups created by the source. */
  readonly entities: readonly string[];
  /** 0..1; null: back to the programme. */
  readonly level: number | null;
  /** ISO 8601. */
  readonly until?: string;
}

/** @throws RegistryError WRONG_SYNTAX, names the member */
export function readLevel(level: unknown, until: unknown): Pick<Override, 'level' | 'until'> {
  if (level !== null && !(typeof level === 'number' && level >= 0 && level <= 1)) {
    throw wrong('level', level, 'a number from 0 to 1, or null to return to the programme');
  }
  if (until !== undefined && !(typeof until === 'string' && Date.parse(until) > Date.now())) {
    throw wrong('until', until, 'a future DateTime');
  }
  return { level, ...(until === undefined ? {} : { until }) };
}

/**
 * Parses the value of an override command: a level, `{ level, until }`, or null or `programme`. @throws RegistryError
 */
export function readOverrideValue(value: unknown): Pick<Override, 'level' | 'until'> {
  if (isObject(value)) return readLevel(value.level === 'programme' ? null : value.level, value.until);
  return readLevel(value === 'programme' ? null : value, undefined);
}

/** The source and address in the id of a lamp; undefined: it is not a gateway's lamp. */
export function lampOf(entityId: string): { readonly source: string; readonly address: string } | undefined {
  const [, source, address] = /^urn:ngsi-ld:Streetlight:(.+):([0-9a-f-]{36})$/.exec(entityId) ?? [];
  return source === undefined || address === undefined ? undefined : { source, address };
}

export function wrong(member: string, got: unknown, expected: string): RegistryError {
  return new RegistryError('WRONG_SYNTAX', `${member} is ${JSON.stringify(got) ?? 'missing'}, expected ${expected}`);
}

/** The progress of an override. The gateway refers to it by the id we sent. */
export interface LoggedCommand {
  readonly cmsRefId: string;
  /** Whether the light has changed; otherwise the lamp has only received the order. */
  readonly isDone: boolean;
}

/** The key of a lamp among devices. */
export function lampKey(source: string, address: string): string {
  return `talq/${source}/${address}`;
}
