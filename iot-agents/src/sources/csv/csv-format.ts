export interface CsvFormat {
  /** Default: the most frequent one of `,` `;` tab `|` in the header. */
  readonly separator?: string;
  /** Default utf-8. */
  readonly encoding?: 'utf-8' | 'latin1' | 'windows-1252';
  /** Default `.`. */
  readonly decimal?: '.' | ',';
  /** The number of lines above the header. */
  readonly skipLines?: number;
  /** Column names for a file without a header. */
  readonly header?: readonly string[];
  /** By header; other columns are texts with the header as name. */
  readonly columns?: Readonly<Record<string, CsvColumn>>;
}

export interface CsvColumn {
  /** The name that expressions use: `data.<as>`. */
  readonly as?: string;
  /** Default text. */
  readonly type?: 'text' | 'number' | 'integer' | 'boolean' | 'date';
  /** For a date: `iso` (default), `epoch-s`, `epoch-ms`, or a pattern such as `dd/MM/yyyy HH:mm`. */
  readonly format?: string;
  /** For a date without a zone; default UTC. */
  readonly timeZone?: string;
  /** Whether an empty cell makes the line invalid. */
  readonly required?: boolean;
}
