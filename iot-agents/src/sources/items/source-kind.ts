import type { AnySchema } from 'ajv';
import type { Database } from '../../database.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import type { Harvest } from './harvest.ts';
import type { ItemMapper } from './item-mapper.ts';
import type { SourceMembers } from './source-members.ts';

/** A file that was handed in, in place of what the source would fetch. */
export interface Upload {
  readonly bytes: Uint8Array;
  readonly file?: string;
}

/** What a run has to read a source with. */
export interface Reading {
  readonly db: Database;
  readonly outgoing: Outgoing;
  /** What the last run left. */
  readonly state: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** In place of the source's own mapping. */
  readonly map: ItemMapper | undefined;
  readonly upload?: Upload;
  /** Reads only as much as a preview shows, and settles nothing. */
  readonly isPreview: boolean;
}

/** A kind of source: how it is declared, and how it is read. */
export interface SourceKind<S extends SourceMembers & { readonly kind: string }> {
  readonly kind: S['kind'];
  /** JSON Schemas of the members that this kind has beyond those of all sources. */
  readonly members: Readonly<Record<string, AnySchema>>;
  readonly required: readonly string[];
  /** Checks what a schema can't say. @throws RegistryError WRONG_SYNTAX, naming the member */
  check?(source: S): void;
  /** The origins that its secrets are sent to. Kept secrets are not reused for others. */
  secretsGoTo(source: S): string;
  /** Reads a source, with its secrets, to its end. @throws SourceError */
  harvest(source: S, reading: Reading): Promise<Harvest>;
}
