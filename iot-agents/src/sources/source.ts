import type { UploadSource } from './csv/upload-source.ts';
import type { DeparturesSource, GtfsSource } from './gtfs/gtfs-source.ts';
import type { HttpSource } from './http/http-source.ts';
import type { ItemProblem } from './items/item-mapping.ts';
import type { SftpSource } from './sftp/sftp-source.ts';
import type { TalqSource } from './talq/talq-source.ts';

/** Where data of others comes from, and how it becomes entities. Declared through the API, without code. */
export type Source = MappedSource | GtfsSource | DeparturesSource | TalqSource;

/** Those whose items become entities as they say. */
export type MappedSource = HttpSource | SftpSource | UploadSource;

export type RunOutcome = 'ok' | 'unchanged' | 'failed';

/** What came of one run. */
export interface RunReport {
  readonly outcome: RunOutcome;
  /** Items or lines read. */
  readonly rows: number;
  /** New or changed: on their way to the broker. */
  readonly taken: number;
  /** Known from an earlier run. */
  readonly known: number;
  readonly refused: number;
  /** The first hundred. */
  readonly problems: readonly ItemProblem[];
  /** Why it failed. */
  readonly message?: string;
}

export interface Run extends RunReport {
  readonly id: number;
  readonly startedAt: string;
  readonly endedAt: string;
}
