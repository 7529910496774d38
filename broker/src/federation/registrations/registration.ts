import type { Entity } from '../../model/entity.ts';
import type { KeyValue } from '../../model/represent/key-values.ts';
import type { Pattern } from '../../query/pattern.ts';
import type { OperationName } from './operation-names.ts';

export const REGISTRATION_MODES = ['inclusive', 'exclusive', 'redirect', 'auxiliary'] as const;

/** How the data of a source relates to that of others (4.3.6.2). */
export type RegistrationMode = (typeof REGISTRATION_MODES)[number];

/**
 * The entities of a source (5.2.8). `id` takes precedence over `idPattern`; with neither, all entities of the types.
 */
export interface EntityInfo {
  /** IRIs; absent: of any type. */
  readonly types?: readonly string[];
  readonly id?: string;
  readonly idPattern?: Pattern;
}

/** The data of a source (5.2.10): these attributes of these entities. */
export interface RegistrationInfo {
  /** Absent: any entity. */
  readonly entities?: readonly EntityInfo[];
  /** Properties and relationships together, IRIs; absent: any attribute. */
  readonly attributes?: ReadonlySet<string>;
}

/** How to communicate with a source (5.2.34). */
interface RegistrationManagement {
  readonly timeoutMs?: number;
  /** The minimum pause after a failed request. */
  readonly cooldownMs?: number;
  /** How long its answers may be cached. */
  readonly cacheMs?: number;
  /** Ask it for its local data only, without its own sources. */
  readonly localOnly: boolean;
}

/** Milliseconds since 1970; without an end it is open. */
export interface RegistrationInterval {
  readonly startAt: number;
  readonly endAt?: number;
}

/** A context source registration prepared for matching (5.2.9): all names are IRIs. */
export interface Registration {
  /** The tenant whose requests it concerns. */
  readonly tenant: string;
  readonly id: string;
  /** The base URL before `/ngsi-ld/v1`, without a trailing slash. */
  readonly endpoint: string;
  readonly mode: RegistrationMode;
  /** With groups expanded (4.20). */
  readonly operations: ReadonlySet<OperationName>;
  readonly information: readonly RegistrationInfo[];
  /** The tenant at the source; absent: none. */
  readonly sourceTenant?: string;
  readonly contextSourceInfo: readonly KeyValue[];
  /** Its name in `Via` headers. */
  readonly contextSourceAlias?: string;
  readonly management: RegistrationManagement;
  /** URIs, `@none` for the default instance; absent: any instance. */
  readonly datasetIds?: ReadonlySet<string>;
  /** Set for sources of historical data. */
  readonly observationInterval?: RegistrationInterval;
  readonly managementInterval?: RegistrationInterval;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
  /** An entity with the source's own properties, scopes and geometries, for `csf`, `scopeQ` and geoqueries. */
  readonly self: Entity;
}

/** Whether only this source has the registered data (4.3.6.2). */
export function isProxied({ mode }: Pick<Registration, 'mode'>): boolean {
  return mode === 'exclusive' || mode === 'redirect';
}

/** @param now milliseconds since 1970 */
export function isExpired({ expiresAt }: Pick<Registration, 'expiresAt'>, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}
