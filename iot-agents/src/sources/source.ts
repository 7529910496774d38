import type { EntityMapping } from '../devices/device.ts';
import type { DeparturesSource, GtfsSource } from '../gtfs/gtfs-source.ts';
import type { TalqSource } from '../talq/talq-source.ts';

/** Where data of others comes from, and how it becomes entities. Declared through the API, without code. */
export type Source = MappedSource | GtfsSource | DeparturesSource | TalqSource;

/** Those whose items become entities as they say. */
export type MappedSource = HttpSource | SftpSource | UploadSource;

export interface SourceMembers {
  /** Letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  readonly name: string;
  /** NGSI-LD tenant; absent: the default one. */
  readonly tenant?: string;
  /** Default true. */
  readonly enabled?: boolean;
  /** Absent: it runs when it is told to. */
  readonly schedule?: Schedule;
}

export type Schedule =
  | { readonly everyS: number }
  /** Five or six fields; `timeZone` is one of IANA's, default UTC. */
  | { readonly cron: string; readonly timeZone?: string };

/** How the items of a source become entities: the same engine as a device's profile. */
export interface ItemMapping {
  /** JEXL on {data, source}: what tells one item from another; absent: the ids of its entities. */
  readonly key?: string;
  /** When the item was observed; absent: when it was fetched. */
  readonly observedAt?: ObservedAt;
  readonly entities: readonly EntityMapping[];
}

export interface ObservedAt {
  /** JEXL on {data, source}. */
  readonly value: string;
  /** `iso` (default), `epoch-s`, `epoch-ms`, or a pattern such as `dd/MM/yyyy HH:mm`. */
  readonly format?: string;
  /** Of times without one; default UTC. */
  readonly timeZone?: string;
}

export interface HttpSource extends SourceMembers, ItemMapping {
  readonly kind: 'http';
  readonly from: HttpFrom;
  /** JSON pointer (RFC 6901) to the list; default: the whole answer. Something else than a list is one item. */
  readonly items?: string;
  /** The answer is CSV, not JSON. */
  readonly csv?: CsvFormat;
}

export interface HttpFrom {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Kept encrypted, never told again. */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** Of the query, likewise. */
  readonly secretParameters?: Readonly<Record<string, string>>;
  /** JSON that a POST sends. */
  readonly body?: unknown;
  readonly paging?: Paging;
}

export type Paging =
  /** The next page's URL stands in the `Link` header (rel=next) or at a pointer. */
  | { readonly by: 'next'; readonly pointer?: string; readonly maxPages?: number }
  /** `parameter` counts items (`offset`) or pages (`page`, from `first`); a page with fewer than `size` is the last. */
  | {
      readonly by: 'offset' | 'page';
      readonly parameter: string;
      readonly size: number;
      readonly sizeParameter?: string;
      readonly first?: number;
      readonly maxPages?: number;
    }
  /** What stands at `pointer` is sent as `parameter` with the next request, until nothing does. */
  | { readonly by: 'cursor'; readonly parameter: string; readonly pointer: string; readonly maxPages?: number };

export interface SftpSource extends SourceMembers, ItemMapping {
  readonly kind: 'sftp';
  readonly from: SftpFrom;
  readonly csv: CsvFormat;
}

export interface SftpFrom {
  readonly host: string;
  /** Default 22. */
  readonly port?: number;
  readonly username: string;
  readonly password?: string;
  /** PEM or OpenSSH. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  /** `SHA256:…` as ssh-keygen shows it; absent: that of the first connection, kept from then on. */
  readonly hostKey?: string;
  readonly directory: string;
  /** Names with `*` and `?`; default `*.csv`. */
  readonly files?: string;
  /** What becomes of a file that has been taken; default `keep`: it is taken again only when it has changed. */
  readonly whenDone?: 'keep' | 'delete' | { readonly moveTo: string } | { readonly renameTo: string };
}

export interface UploadSource extends SourceMembers, ItemMapping {
  readonly kind: 'upload';
  readonly csv: CsvFormat;
}

export interface CsvFormat {
  /** Default: the one of `,` `;` tab `|` that the header has most of. */
  readonly separator?: string;
  /** Default utf-8. */
  readonly encoding?: 'utf-8' | 'latin1' | 'windows-1252';
  /** Default `.`. */
  readonly decimal?: '.' | ',';
  /** Lines above the header. */
  readonly skipLines?: number;
  /** Names of the columns of a file without a header. */
  readonly header?: readonly string[];
  /** By header; other columns are texts under the name of their header. */
  readonly columns?: Readonly<Record<string, CsvColumn>>;
}

export interface CsvColumn {
  /** The name that expressions use: `data.<as>`. */
  readonly as?: string;
  /** Default text. */
  readonly type?: 'text' | 'number' | 'integer' | 'boolean' | 'date';
  /** Of a date: `iso` (default), `epoch-s`, `epoch-ms`, or a pattern such as `dd/MM/yyyy HH:mm`. */
  readonly format?: string;
  /** Of a date without one; default UTC. */
  readonly timeZone?: string;
  /** An empty cell refuses the line. */
  readonly required?: boolean;
}

/** What is wrong with an item or one of its values. */
export interface ItemProblem {
  /** Of a CSV file, the header being line 1. */
  readonly line?: number;
  /** Of a list, from 0. */
  readonly item?: number;
  readonly file?: string;
  readonly field?: string;
  readonly got?: unknown;
  readonly expected?: string;
  readonly message: string;
  /** The whole item was left out, not only a value. */
  readonly refused: boolean;
}

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
