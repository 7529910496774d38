import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { CodecPool } from '../codecs/codec-pool.ts';
import type { Commands } from '../commands/commands.ts';
import type { Configurations } from '../commands/configuration.ts';
import type { Database } from '../database.ts';
import type { Connections } from '../devices/connection.ts';
import type { Registry } from '../devices/registry.ts';
import type { AgentDirectory } from '../fiware/agent-directory.ts';
import type { ContextOf } from '../frames/context-of.ts';
import type { Counters, Warnings } from '../frames/counters.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Receptions } from '../liveness/receptions.ts';
import type { Membership } from '../processes/membership.ts';
import type { FiwareMeasures } from './fiware-measures.ts';
import type { Samples } from './samples.ts';

export interface DeliveryContext {
  readonly db: Database;
  readonly inbox: Inbox;
  readonly membership: Pick<Membership, 'process' | 'untilValid'>;
  readonly registry: Registry;
  readonly connections: Pick<Connections, 'of'>;
  readonly directory: AgentDirectory;
  readonly fiwareMeasures: FiwareMeasures;
  readonly commands: Commands;
  readonly configurations: Pick<Configurations, 'answer'>;
  readonly codecs: CodecPool;
  readonly samples: Samples;
  readonly receptions: Receptions;
  readonly client: NgsiLdClient;
  readonly contextOf: ContextOf;
  readonly counters: Counters;
  readonly warnings: Warnings;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}
