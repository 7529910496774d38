import type { Database } from '../database.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import { SourceError } from '../outgoing/remote-error.ts';
import { gatherCsv } from './csv/gather-csv.ts';
import { readDepartures } from './gtfs/read-departures.ts';
import { readGtfs } from './gtfs/read-gtfs.ts';
import { readHttp } from './http/read-http.ts';
import { startGathering } from './items/gathering.ts';
import type { Harvest } from './items/harvest.ts';
import type { ItemMapper } from './items/item-mapper.ts';
import { compileItems } from './items/item-mapper.ts';
import { readSftp } from './sftp/read-sftp.ts';
import type { Source } from './source.ts';
import { readTalq } from './talq/read-talq.ts';

/** A file that was handed in, in place of what the source would fetch. */
export interface Upload {
  readonly bytes: Uint8Array;
  readonly file?: string;
}

export interface Reading {
  readonly db: Database;
  readonly outgoing: Outgoing;
  /** What the last run left. */
  readonly state: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** Of sources that have a mapping. */
  readonly map: ItemMapper | undefined;
  readonly upload?: Upload;
  /** Only as much as a preview shows, and nothing is settled. */
  readonly isPreview: boolean;
}

/** Reads a source, secrets and all, to its end. @throws SourceError */
export async function harvestSource(source: Source, reading: Reading): Promise<Harvest> {
  const { upload, outgoing, state, signal, isPreview } = reading;
  if (source.kind === 'gtfs') return readGtfs(outgoing, source, { state: isPreview ? {} : state, signal });
  if (source.kind === 'talq') return readTalq(reading.db, outgoing, source, { state, signal, isPreview });
  if (source.kind === 'departures') return readDepartures(reading.db, outgoing, source, { state, signal });
  const gathering = startGathering(reading.map ?? compileItems(source.id, source), new Date().toISOString());
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
