import { randomUUID } from 'node:crypto';
import type { Override } from '../../commands/lamp-override.ts';
import { readLevel, wrong } from '../../commands/lamp-override.ts';
import { object } from '../../frames/json-values.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { fetchOutgoing, refusal, SHORT_ANSWER } from '../../outgoing/outgoing.ts';
import { talqEntityId } from './talq-device.ts';
import { talqHeaders, talqUrl } from './talq-request.ts';
import type { TalqSource } from './talq-source.ts';

/** @throws RegistryError WRONG_SYNTAX, names the member */
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

/**
 * Sends an OverrideCommand, identified by its id. 202 means that the gateway has not performed it yet. @throws
 * SourceError
 */
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
    largestAnswer: SHORT_ANSWER,
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
