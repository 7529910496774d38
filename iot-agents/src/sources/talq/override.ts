import { randomUUID } from 'node:crypto';
import type { Override } from '../../commands/lamp-override.ts';
import { readLevel, wrong } from '../../commands/lamp-override.ts';
import { object } from '../../frames/json-values.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { referenceOf, sendTalq } from './talq-request.ts';
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
  const addresses = entities.map((id) => referenceOf(source, id));
  const targetCommand = {
    state: { name: 'LevelState', value: Math.round((level ?? 0) * 100) },
    reason: 'override',
    cmsRefId: talqRequestId,
    ...(until === undefined ? {} : { expiration: until }),
  };
  const body = level === null ? { addresses } : { addresses, targetCommand };
  const { status } = await sendTalq(outgoing, source, 'POST', 'override-commands', body, signal, {
    accepted: [201, 202],
    talqRequestId,
  });
  return { talqRequestId, isDone: status === 201 };
}
