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
