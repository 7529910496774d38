import type { Harvest } from './harvest.ts';
import { SourceError } from './harvest.ts';
import type { ItemMapper } from './item-mapper.ts';
import { gatherCsv, startGathering } from './items.ts';
import type { Outgoing } from './outgoing.ts';
import { readHttp } from './read-http.ts';
import { readSftp } from './read-sftp.ts';
import type { Source } from './source.ts';

/** A file that was handed in, in place of what the source would fetch. */
export interface Upload {
  readonly bytes: Uint8Array;
  readonly file?: string;
}

export interface Reading {
  readonly outgoing: Outgoing;
  /** What the last run left. */
  readonly state: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly map: ItemMapper;
  readonly upload?: Upload;
  /** Only as much as a preview shows, and nothing is settled. */
  readonly isPreview: boolean;
}

/** Reads a source, secrets and all, to its end. @throws SourceError */
export async function harvestSource(source: Source, reading: Reading): Promise<Harvest> {
  const { upload, outgoing, state, signal, isPreview } = reading;
  const gathering = startGathering(reading.map, new Date().toISOString());
  if (upload !== undefined) {
    if (source.csv === undefined) throw new SourceError(`source "${source.id}" takes no files: it has no csv`);
    gatherCsv(gathering, upload.bytes, source.csv, upload.file);
    return { ...gathering.harvest(), state };
  }
  switch (source.kind) {
    case 'http':
      return readHttp(outgoing, source, gathering, { state: isPreview ? {} : state, signal, onlyFirst: isPreview });
    case 'sftp':
      return readSftp(outgoing, source, gathering, { state, isPreview, signal });
    case 'upload':
      throw new SourceError(`source "${source.id}" waits for files: post one to /iot/sources/${source.id}/files`);
  }
}
