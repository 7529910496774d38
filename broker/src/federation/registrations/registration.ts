import type { Entity } from '../../model/entity.ts';
import type { KeyValue } from '../../model/represent/key-values.ts';
import type { Pattern } from '../../query/pattern.ts';
import type { OperationName } from './operation-names.ts';

export const REGISTRATION_MODES = ['inclusive', 'exclusive', 'redirect', 'auxiliary'] as const;

/** How what a source has stands to what others have (4.3.6.2). */
export type RegistrationMode = (typeof REGISTRATION_MODES)[number];

/** Which entities a source has (5.2.8). `id` wins over `idPattern`; none of them: all entities of the types. */
export interface EntityInfo {
  /** IRIs; absent: of any type. */
  readonly types?: readonly string[];
  readonly id?: string;
  readonly idPattern?: Pattern;
}

/** What a source has (5.2.10): these attributes of these entities. */
export interface RegistrationInfo {
  /** Absent: any entity. */
  readonly entities?: readonly EntityInfo[];
  /** Properties and relationships together, IRIs; absent: any attribute. */
  readonly attributes?: ReadonlySet<string>;
  /** IRIs, as they were registered. */
  readonly propertyNames?: readonly string[];
  readonly relationshipNames?: readonly string[];
}

/** How a source is to be treated (5.2.34). */
interface RegistrationManagement {
  readonly timeoutMs?: number;
  /** The least pause after a request that failed. */
  readonly cooldownMs?: number;
  /** How long what it answered may be used again. */
  readonly cacheMs?: number;
  /** It is asked for what it holds itself: no further sources. */
  readonly localOnly: boolean;
}

/** Milliseconds since 1970; without an end it goes on. */
export interface RegistrationInterval {
  readonly startAt: number;
  readonly endAt?: number;
}

/** A context source registration as it is matched and used (5.2.9): every name an IRI. */
export interface Registration {
  /** Whose requests it concerns. */
  readonly tenant: string;
  readonly id: string;
  /** What stands before `/ngsi-ld/v1`, without a slash at the end. */
  readonly endpoint: string;
  readonly mode: RegistrationMode;
  /** Groups expanded (4.20). */
  readonly operations: ReadonlySet<OperationName>;
  readonly information: readonly RegistrationInfo[];
  /** The tenant to name there; absent: none is named. */
  readonly sourceTenant?: string;
  readonly contextSourceInfo: readonly KeyValue[];
  /** What it calls itself in `Via`. */
  readonly contextSourceAlias?: string;
  readonly management: RegistrationManagement;
  /** URIs, `@none` for the default instance; absent: any instance. */
  readonly datasetIds?: ReadonlySet<string>;
  /** Sources of what was, not of what is. */
  readonly observationInterval?: RegistrationInterval;
  readonly managementInterval?: RegistrationInterval;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
  /** Its own properties, scopes and geometries, as `csf`, `scopeQ` and a geoquery ask of them. */
  readonly self: Entity;
}

/** Whether what is registered lies with the source alone (4.3.6.2). */
export function isProxied({ mode }: Pick<Registration, 'mode'>): boolean {
  return mode === 'exclusive' || mode === 'redirect';
}

/** @param now milliseconds since 1970 */
export function isExpired({ expiresAt }: Pick<Registration, 'expiresAt'>, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}
