import type { Logger } from 'pino';
import type { CommandAttributes } from '../commands/command-attributes.ts';
import type { Commands } from '../commands/commands.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Sources } from '../sources/runner.ts';
import { startSources } from '../sources/runner.ts';
import type { TalqGateways } from '../sources/talq/gateways.ts';
import { createTalqGateways } from '../sources/talq/gateways.ts';
import type { TalqSources } from '../sources/talq/talq-sources.ts';
import { createTalqSources, isTalqSource } from '../sources/talq/talq-sources.ts';
import type { IotAgentsOptions } from './options.ts';

export interface StartedSources {
  readonly sources: Sources;
  readonly talqSources: TalqSources;
  readonly gateways: TalqGateways;
}

/** Undefined: no sources are read in this process. */
export async function startAllSources(
  { db, reach }: IotAgentsOptions,
  parts: {
    readonly inbox: Inbox;
    readonly commands: Commands;
    readonly commandAttributes: CommandAttributes | undefined;
    readonly logger: Logger;
    readonly signal: AbortSignal;
  },
): Promise<StartedSources | undefined> {
  if (reach === undefined) return undefined;
  const { inbox, commands, commandAttributes, logger, signal } = parts;
  const gateways = createTalqGateways({ db, inbox, commands, commandAttributes, logger });
  const sources = await startSources({
    db,
    inbox,
    logger,
    ...reach,
    async onTaken(source, items) {
      if (isTalqSource(source)) await gateways.taken(source, items);
    },
  });
  const { withSecrets } = sources;
  return { sources, talqSources: createTalqSources({ db, withSecrets, outgoing: reach.outgoing, signal }), gateways };
}
