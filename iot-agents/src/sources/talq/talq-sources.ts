import type { LampStrategy } from '../../commands/lamp-strategy.ts';
import type { Database } from '../../database.ts';
import { RegistryError } from '../../frames/registry-error.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import type { SourceMembers } from '../items/source-members.ts';
import { assignStrategy } from './assign-strategy.ts';
import { readOverride, sendOverride } from './override.ts';
import type { TalqSource } from './talq-source.ts';

type DeclaredSource = SourceMembers & { readonly kind: string };

/** Access to TALQ gateways between runs of their sources. */
export interface TalqSources {
  /** A TALQ source with its secrets. @throws RegistryError SOURCE_NOT_FOUND, WRONG_SYNTAX: it is of another kind */
  talq(id: string): Promise<TalqSource>;
  /** Sends an override to lamps of a gateway. @throws RegistryError SOURCE_NOT_FOUND, WRONG_SYNTAX; SourceError */
  override(id: string, given: unknown, requestId?: string): ReturnType<typeof sendOverride>;
  /** Gives a lamp of a gateway a strategy, or none. @throws RegistryError SOURCE_NOT_FOUND, WRONG_SYNTAX; SourceError */
  assign(
    id: string,
    given: LampStrategy & { readonly entityId: string },
    requestId?: string,
  ): ReturnType<typeof assignStrategy>;
}

/** @param withSecrets reads a source as declared. @throws RegistryError SOURCE_NOT_FOUND */
export function createTalqSources(parts: {
  readonly withSecrets: (id: string) => Promise<DeclaredSource>;
  readonly db: Database;
  readonly outgoing: Outgoing;
  readonly signal: AbortSignal;
}): TalqSources {
  const talq = async (id: string): Promise<TalqSource> => {
    const source = await parts.withSecrets(id);
    if (isTalqSource(source)) return source;
    throw new RegistryError('WRONG_SYNTAX', `source "${id}" is of kind ${source.kind}, expected talq`);
  };
  return {
    talq,
    async override(id, given, requestId) {
      const source = await talq(id);
      return sendOverride(parts.outgoing, source, readOverride(source, given), parts.signal, requestId);
    },
    async assign(id, given, requestId) {
      return assignStrategy(parts, await talq(id), given, parts.signal, requestId);
    },
  };
}

/** A declared source was validated by its kind. */
export function isTalqSource(source: DeclaredSource): source is TalqSource {
  return source.kind === 'talq';
}
