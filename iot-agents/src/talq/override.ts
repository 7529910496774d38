import { randomUUID } from 'node:crypto';
import { RegistryError } from '../devices/validation.ts';
import { fetchOutgoing, type Outgoing, refusal } from '../sources/outgoing.ts';
import { isObject, object } from '../transports/envelope.ts';
import { talqHeaders, talqUrl } from './read-talq.ts';
import { talqEntityId } from './talq-device.ts';
import type { TalqSource } from './talq-source.ts';

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
export function readOverride(source: TalqSource, given: unknown): Override {
  const { entities, level, until } = object(given);
  if (!Array.isArray(entities) || entities.length === 0 || entities.length > 1000) {
    throw wrong('entities', entities, 'a list of 1 to 1000 ids of Streetlights or StreetlightGroups');
  }
  for (const id of entities) {
    if (referenceOf(source, id) === undefined) throw wrong('entities', id, `a Streetlight of source "${source.id}"`);
  }
  return { entities, ...readLevel(level, until) };
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

/** Sends an OverrideCommand, which its id tells from others; 202 tells that the gateway has yet to carry it out. @throws SourceError */
export async function sendOverride(
  outgoing: Outgoing,
  source: TalqSource,
  { entities, level, until }: Override,
  signal: AbortSignal,
  talqRequestId: string = randomUUID(),
): Promise<{ readonly talqRequestId: string; readonly isDone: boolean }> {
  const url = talqUrl(source.from, 'override-commands');
  url.searchParams.set('talqRequestId', talqRequestId);
  const addresses = entities.map((id) => referenceOf(source, id));
  const targetCommand = {
    state: { name: 'LevelState', value: Math.round((level ?? 0) * 100) },
    reason: 'override',
    cmsRefId: talqRequestId,
    ...(until === undefined ? {} : { expiration: until }),
  };
  const { headers, ...secret } = talqHeaders(source.from);
  const answer = await fetchOutgoing(outgoing, url.href, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    ...secret,
    body: JSON.stringify(level === null ? { addresses } : { addresses, targetCommand }),
    signal,
  });
  if (answer.status !== 201 && answer.status !== 202) throw refusal(answer);
  return { talqRequestId, isDone: answer.status === 201 };
}

/** A ResourceReference. */
function referenceOf({ id: source }: TalqSource, id: unknown): { resource: string; address: string } | undefined {
  for (const [type, resource] of [
    ['Streetlight', 'devices'],
    ['StreetlightGroup', 'groups'],
  ] as const) {
    const prefix = talqEntityId(source, type, '');
    if (typeof id === 'string' && id.startsWith(prefix)) return { resource, address: id.slice(prefix.length) };
  }
  return undefined;
}

function wrong(member: string, got: unknown, expected: string): RegistryError {
  return new RegistryError('WRONG_SYNTAX', `${member} is ${JSON.stringify(got) ?? 'missing'}, expected ${expected}`);
}
