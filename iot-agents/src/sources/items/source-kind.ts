import type { AnySchema } from 'ajv';
import type { Database } from '../../database.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import type { Harvest } from './harvest.ts';
import type { ItemMapper } from './item-mapper.ts';
import type { SourceMembers } from './source-members.ts';

/** An uploaded file that is read in place of the source. */
export interface Upload {
  readonly bytes: Uint8Array;
  readonly file?: string;
}

/** The context of a run. */
export interface Reading {
  readonly db: Database;
  readonly outgoing: Outgoing;
  /** The state left by the last run. */
  readonly state: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** Used in place of the source's own mapping. */
  readonly map: ItemMapper | undefined;
  readonly upload?: Upload;
  /** Reads only as much as a preview shows, without any effects. */
  readonly isPreview: boolean;
}

/** A kind of source: how it is declared, and how it is read. */
export interface SourceKind<S extends SourceMembers & { readonly kind: string }> {
  readonly kind: S['kind'];
  /** JSON Schemas of the additional members of this kind. */
  readonly members: Readonly<Record<string, AnySchema>>;
  readonly required: readonly string[];
  /** Checks that a schema can't express. @throws RegistryError WRONG_SYNTAX, names the member */
  check?(source: S): void;
  /** The origins to which its secrets are sent. Stored secrets are not reused for other origins. */
  secretsGoTo(source: S): string;
  /** Reads a source with its secrets completely. @throws SourceError */
  harvest(source: S, reading: Reading): Promise<Harvest>;
}
