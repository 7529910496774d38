import { randomUUID } from 'node:crypto';
import { RegistryError } from '../devices/validation.ts';
import { SourceError } from '../sources/harvest.ts';
import { fetchOutgoing, type Outgoing, refusal } from '../sources/outgoing.ts';
import { object } from '../transports/envelope.ts';
import { talqHeaders, talqUrl } from './read-talq.ts';
import type { TalqSource } from './talq-source.ts';

/** What lamps of a gateway shall do in place of their programme. */
export interface Override {
  /** Ids of Streetlights that the source has made. */
  readonly entities: readonly string[];
  /** 0..1; null: back to the programme. */
  readonly level: number | null;
  /** ISO 8601. */
  readonly until?: string;
}

/** @throws RegistryError WRONG_SYNTAX, naming the member */
export function readOverride(source: TalqSource, given: unknown): Override {
  const { entities, level, until } = object(given);
  const wrong = (member: string, got: unknown, expected: string): RegistryError =>
    new RegistryError('WRONG_SYNTAX', `${member} is ${JSON.stringify(got) ?? 'missing'}, expected ${expected}`);
  if (!Array.isArray(entities) || entities.length === 0 || entities.length > 1000) {
    throw wrong('entities', entities, 'a list of 1 to 1000 ids of Streetlights');
  }
  for (const id of entities) {
    if (addressOf(source, id) === undefined) throw wrong('entities', id, `a Streetlight of source "${source.id}"`);
  }
  if (level !== null && !(typeof level === 'number' && level >= 0 && level <= 1)) {
    throw wrong('level', level, 'a number from 0 to 1, or null for the programme');
  }
  if (until !== undefined && !(typeof until === 'string' && Date.parse(until) > Date.now())) {
    throw wrong('until', until, 'a DateTime to come');
  }
  return { entities, level, ...(until === undefined ? {} : { until }) };
}

/** Sends an OverrideCommand; 202 tells that the gateway has yet to carry it out. @throws RegistryError SOURCE_UNREADABLE */
export async function sendOverride(
  outgoing: Outgoing,
  source: TalqSource,
  { entities, level, until }: Override,
  signal: AbortSignal,
): Promise<{ readonly talqRequestId: string; readonly isDone: boolean }> {
  const talqRequestId = randomUUID();
  const url = talqUrl(source.from, 'override-commands');
  url.searchParams.set('talqRequestId', talqRequestId);
  const addresses = entities.map((id) => ({ resource: 'devices', address: addressOf(source, id) }));
  const targetCommand = {
    state: { name: 'LevelState', value: Math.round((level ?? 0) * 100) },
    reason: 'override',
    cmsRefId: talqRequestId,
    ...(until === undefined ? {} : { expiration: until }),
  };
  const { headers, ...secret } = talqHeaders(source.from);
  try {
    const answer = await fetchOutgoing(outgoing, url.href, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      ...secret,
      body: JSON.stringify(level === null ? { addresses } : { addresses, targetCommand }),
      signal,
    });
    if (answer.status !== 201 && answer.status !== 202) throw refusal(answer);
    return { talqRequestId, isDone: answer.status === 201 };
  } catch (cause) {
    if (!(cause instanceof SourceError)) throw cause;
    throw new RegistryError('SOURCE_UNREADABLE', cause.message);
  }
}

function addressOf({ id: source }: TalqSource, id: unknown): string | undefined {
  const prefix = `urn:ngsi-ld:Streetlight:${source}:`;
  return typeof id === 'string' && id.startsWith(prefix) ? id.slice(prefix.length) : undefined;
}
