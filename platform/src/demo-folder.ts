import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import type { Device, DeviceProfile, IotAgents } from '@alzette/iot-agents';
import type { DemoContents } from '@alzette/kit/service';
import type { Site, Strategy } from '@alzette/lighting';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Territory } from '@alzette/territory';
import type { Logger } from 'pino';

/** What the folder `demo/` at the root contains. Production packages lack it. */
export interface DemoFolder {
  startDevices(options: DemoOptions): Promise<Demo>;
  /** By the name of the service. */
  readonly CONTENTS: { readonly [service: string]: DemoContents<never> };
}

export interface DemoOptions {
  readonly client: NgsiLdClient;
  readonly provision: (given: {
    readonly profiles?: readonly DeviceProfile[];
    readonly devices?: readonly Device[];
    readonly sources?: Parameters<IotAgents['provision']>[0]['sources'];
  }) => Promise<void>;
  /** Where the simulated network servers publish. */
  readonly mqttUrl: string;
  readonly mqttCredential?: { readonly username: string; readonly password: string };
  /** URL of the territory's @context. */
  readonly context: string;
  /** Lets sources read a server of the demo, which is on this machine. */
  readonly trust: (origin: string) => void;
  readonly territory: Territory;
  /** Earlier orders to lamps, by their ids. */
  readonly strategies: (site: Site) => Promise<ReadonlyMap<string, Strategy>>;
  /** 1 is real time; at 120 a night passes in minutes. */
  readonly speed: number;
  readonly logger: Logger;
}

/** The simulated devices of the demo territory. */
export interface Demo {
  readonly lamps: number;
  readonly cabinets: number;
  readonly containers: number;
  /** Settled when its devices report, or could not be registered. */
  readonly isSimulated: Promise<void>;
  /** Writes its history, once; call it when the product is running. Settled when it is written, or the demo closes. */
  writePast(): Promise<void>;
  close(): Promise<void>;
}

const FOLDER = new URL('../../demo/', import.meta.url);

/** Whether this installation has the folder `demo/`. */
export function hasDemoFolder(): boolean {
  return existsSync(new URL('package.json', FOLDER));
}

/** The folder `demo/`, which is loaded only if the demo runs. */
export async function loadDemo(): Promise<DemoFolder> {
  // Packages contain JavaScript, the repository TypeScript.
  return import(new URL(`demo${extname(import.meta.url)}`, FOLDER).href);
}
