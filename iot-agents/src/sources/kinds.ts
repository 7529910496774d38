import { uploadKind } from './csv/upload-kind.ts';
import { gbfsKind } from './gbfs/gbfs-kind.ts';
import { departuresKind, gtfsKind } from './gtfs/gtfs-kinds.ts';
import { httpKind } from './http/http-kind.ts';
import type { SourceKind } from './items/source-kind.ts';
import { ocpiKind } from './ocpi/ocpi-kind.ts';
import { sftpKind } from './sftp/sftp-kind.ts';
import { siriKind } from './siri/siri-kind.ts';
import { talqKind } from './talq/talq-kind.ts';

/** A new kind of source is a folder beside this file and a line here. */
const KINDS = [
  httpKind,
  sftpKind,
  uploadKind,
  gtfsKind,
  departuresKind,
  gbfsKind,
  ocpiKind,
  siriKind,
  talqKind,
] as const;

/** A source of external data, with its mapping to entities. Declared through the API, without code. */
export type Source = (typeof KINDS)[number] extends infer Kind ? (Kind extends SourceKind<infer S> ? S : never) : never;

export const SOURCE_KINDS: ReadonlyMap<string, SourceKind<Source>> = new Map(
  KINDS.map((kind): [string, SourceKind<Source>] => [kind.kind, kind]),
);

/** The kind of a declared source, which is known to exist. */
export function kindOf({ kind }: Pick<Source, 'kind'>): SourceKind<Source> {
  const found = SOURCE_KINDS.get(kind);
  if (found === undefined) throw new Error(`sources of kind "${kind}" are not known`);
  return found;
}
