import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { CodecPool } from '../codecs/codec-pool.ts';
import type { Commands } from '../commands/commands.ts';
import type { Configurations } from '../commands/configuration.ts';
import type { Database } from '../database.ts';
import type { AgentDirectory } from '../devices/agent-directory.ts';
import type { Connections } from '../devices/connection.ts';
import type { Device } from '../devices/device.ts';
import type { CompiledProfile, Registry } from '../devices/registry.ts';
import type { Receptions } from '../liveness/receptions.ts';
import type { Membership } from '../sharing/membership.ts';
import type { UplinkFrame } from '../transports/uplink-frame.ts';
import type { Counters, Warnings } from './counters.ts';
import type { Inbox, StoredFrame } from './inbox.ts';
import type { Measuring } from './measuring.ts';
import type { QuarantineNote } from './quarantine.ts';
import type { Samples } from './samples.ts';

/** A frame of a registered device, let in, on its way to entities. */
export interface Admitted {
  readonly stored: StoredFrame;
  readonly frame: UplinkFrame;
  readonly device: Device;
  readonly profile: CompiledProfile;
}

/** A frame that has got as far as it will: what it gives the broker, and what is kept of it. */
export interface Outcome {
  readonly inboxId: number;
  /** Whose progress is written with the settlement. */
  readonly devEui?: string;
  readonly tenant: string;
  readonly entities: readonly Entity[];
  readonly notes: readonly QuarantineNote[];
  readonly pending?: boolean;
}

export interface Delivery {
  readonly db: Database;
  readonly inbox: Inbox;
  readonly membership: Pick<Membership, 'process' | 'untilValid'>;
  readonly registry: Registry;
  readonly connections: Pick<Connections, 'of'>;
  readonly directory: AgentDirectory;
  readonly measuring: Measuring;
  readonly commands: Commands;
  readonly configurations: Pick<Configurations, 'answer'>;
  readonly codecs: CodecPool;
  readonly samples: Samples;
  readonly receptions: Receptions;
  readonly client: NgsiLdClient;
  readonly context: string;
  readonly counters: Counters;
  readonly warnings: Warnings;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}
