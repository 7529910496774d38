import type { ConnectOptions } from './connect.js';
import type { NgsiLdClient } from './ngsi-ld/client/client.js';
import type { Services } from './services.js';

/** A client of an installation: `ngsiLd` for its data, and a member for each contract of its services. */
export interface Alzette extends Services {
  readonly ngsiLd: NgsiLdClient;
}

/** Connects to an installation. Nothing is sent before the first call. */
export declare function connect(options: ConnectOptions): Alzette;

export type { CallOptions, ConnectOptions } from './connect.js';
export type * from './ngsi-ld/client/client.js';
export { NgsiLdClientError as AlzetteError } from './ngsi-ld/client/client.js';
export { queryAll } from './ngsi-ld/client/query-all.js';
export type * from './ngsi-ld/entity.js';
export type { Services } from './services.js';
