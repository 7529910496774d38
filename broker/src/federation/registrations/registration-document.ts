import type { AttributeInstance } from '../../model/entity.ts';
import type { Geometry } from '../../model/geometry.ts';
import type { KeyValue } from '../../model/represent/key-values.ts';
import type { RegistrationMode } from './registration.ts';

/** A stored registration: the members of 5.2.9, with IRIs as names. */
export interface RegistrationDocument {
  readonly id: string;
  readonly endpoint: string;
  readonly information: readonly InformationDocument[];
  readonly registrationName?: string;
  readonly description?: string;
  readonly mode?: RegistrationMode;
  readonly operations?: readonly string[];
  readonly tenant?: string;
  readonly contextSourceInfo?: readonly KeyValue[];
  readonly contextSourceAlias?: string;
  readonly management?: ManagementDocument;
  readonly location?: Geometry;
  readonly observationSpace?: Geometry;
  readonly operationSpace?: Geometry;
  readonly observationInterval?: IntervalDocument;
  readonly managementInterval?: IntervalDocument;
  readonly datasetId?: readonly string[];
  readonly scope?: string | readonly string[];
  readonly refreshRate?: string;
  readonly expiresAt?: string;
  /** Context Source Properties by IRI. */
  readonly properties?: { readonly [name: string]: ContextSourceProperty };
}

export interface InformationDocument {
  readonly entities?: readonly {
    readonly type?: string | readonly string[];
    readonly id?: string;
    readonly idPattern?: string;
  }[];
  /** Of TS 104 175 (draft); instead of the two others. */
  readonly attributeNames?: readonly string[];
  readonly propertyNames?: readonly string[];
  readonly relationshipNames?: readonly string[];
}

/** The registered attributes under any of the three members; each list has at least one name. */
export function attributeNamesOf({ attributeNames, propertyNames, relationshipNames }: InformationDocument): string[] {
  return [...new Set([attributeNames, propertyNames, relationshipNames].flatMap((names) => names ?? []))];
}

export interface ManagementDocument {
  readonly cacheDuration?: string;
  readonly cooldown?: number;
  readonly timeout?: number;
  readonly localOnly?: boolean;
}

export interface IntervalDocument {
  readonly startAt: string;
  readonly endAt?: string;
}

export interface ContextSourceProperty {
  /** It was given as a plain value, and is shown as one. */
  readonly plain: boolean;
  readonly instances: readonly AttributeInstance[];
}

/** A fragment for an update: null removes a member. */
export type RegistrationFragment = {
  readonly [Member in Exclude<keyof RegistrationDocument, 'properties'>]?: RegistrationDocument[Member] | null;
} & { readonly properties: { readonly [name: string]: ContextSourceProperty | null } };
