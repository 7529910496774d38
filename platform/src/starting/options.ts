import type { Database } from '@alzette/broker';
import type { OutageReporter } from '@alzette/kit/outages';
import type { ServiceDefinition } from '@alzette/kit/service';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';

/** The server that already accepts requests while the rest of the platform may not have started. */
export interface Serving {
  /** Stops accepting requests. */
  drain(): Promise<void>;
  unanswered(): number;
}

export interface PlatformOptions {
  readonly logger: Logger;
  /** Reports outages of the database; absent: the broker does, for its own requests. */
  readonly outages?: OutageReporter;
  /** Called with steps that take time. */
  readonly say?: (step: string) => void;
  /**
   * The number of this process among several that share the port, from 1. The first one has MQTT, devices and the demo.
   */
  readonly worker?: number;
  /** Called when all is ready but the port, which is not open yet. */
  readonly beforeServing?: () => void;
  /** Called when requests are accepted, before the demo is started. */
  readonly onServing?: (serving: Serving) => void;
  /** The database, if it has been opened already. Then the ports have been checked too. */
  readonly database?: Promise<Database>;
  /** Replaces the services of the product. */
  readonly services?: readonly ServiceDefinition[];
}

/** Called in reverse order at shutdown. */
export type Closers = (() => Promise<void>)[];

/** The URL of the territory's @context. */
export function contextUrl({ publicUrl }: Config): string {
  return publicUrl + TERRITORY_CONTEXT_PATH;
}
