import type { Right } from '../../sign-in/access.ts';
import type { Column } from '../table/column.ts';

/** The value of a form field, in the format of the API. */
export type FieldValue = string | number | boolean | readonly string[] | object | undefined;
export type FieldValues = Record<string, FieldValue>;

type FieldKind =
  | 'text'
  | 'number'
  | 'list'
  | 'choice'
  | 'choices'
  | 'switch'
  | 'date'
  | 'time'
  | 'moment'
  | 'secret'
  | 'json'
  | 'lines';

export interface Field {
  /** The member of the values. */
  readonly key: string;
  readonly label: string;
  /**
   * `list`: texts separated by commas; `json`: a document; `lines`: a long text; `time`: a time of day; `moment`: day
   * and time in the territory; `secret`: a text that is not shown.
   */
  readonly kind: FieldKind;
  readonly choices?: readonly { readonly value: string; readonly title: string }[];
  readonly hint?: string;
  readonly isRequired?: boolean;
  /** For a `switch`: whether it is on in a new one. */
  readonly isOnAtFirst?: boolean;
  /** For a `choice` that may be none. */
  readonly isClearable?: boolean;
  /** Set when it is created, and read-only afterwards. */
  readonly isFixed?: boolean;
  /** Whether it applies, by what is typed so far; absent: always. What does not apply is not saved. */
  isShown?(typed: Readonly<Record<string, unknown>>): boolean;
}

/** An action on one resource. */
export interface Act<Row> {
  readonly key: string;
  readonly title: string;
  /** Asks for a confirmation. */
  readonly question?: (row: Row) => string;
  readonly isPossible?: (row: Row) => boolean;
  /** A text that it resolves to is displayed. */
  run(row: Row): Promise<unknown>;
}

/** A kind of resource that a page lists, shows, creates and changes. */
export interface Resource<Row> {
  /** Used in test ids and stored settings. */
  readonly name: string;
  readonly title: string;
  readonly intro: string;
  readonly right: Right;
  /** Which of several lists `load` reads, such as a tenant's: another is loaded when it changes. */
  readonly part?: string;
  load(signal: AbortSignal): Promise<readonly Row[]>;
  keyOf(row: Row): string;
  nameOf(row: Row): string;
  readonly columns: readonly Column<Row>[];
  /** The document that the drawer shows unchanged. */
  documentOf?(row: Row): object;
  readonly acts?: readonly Act<Row>[];
  readonly form?: {
    /** The title of the button for a new one; absent: none can be created. */
    readonly newTitle?: string;
    readonly fields: readonly Field[];
    /** Absent: existing ones cannot be changed. */
    valuesOf?(row: Row): FieldValues;
    save(values: FieldValues, row: Row | undefined): Promise<unknown>;
  };
  readonly emptyTitle: string;
  /** What comes here and the first step; default: the intro, and the button for a new one. */
  readonly emptyText?: string;
}
