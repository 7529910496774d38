import type { Right } from '../../sign-in/access.ts';
import type { Column } from '../table/column.ts';

/** What a form asks for; its value as the API takes it. */
export type FieldValue = string | number | boolean | readonly string[] | object | undefined;
export type FieldValues = Record<string, FieldValue>;

export interface Field {
  /** The member of the values. */
  readonly key: string;
  readonly label: string;
  /** `list`: texts separated by commas; `json`: a document; `lines`: a long text. */
  readonly kind: 'text' | 'number' | 'list' | 'choice' | 'choices' | 'switch' | 'date' | 'json' | 'lines';
  readonly choices?: readonly { readonly value: string; readonly title: string }[];
  readonly hint?: string;
  readonly isRequired?: boolean;
  /** Told when it is made, and kept from then on. */
  readonly isFixed?: boolean;
}

/** Something that is done to one. */
export interface Act<Row> {
  readonly key: string;
  readonly title: string;
  /** Asked before it is done. */
  readonly question?: (row: Row) => string;
  readonly isPossible?: (row: Row) => boolean;
  /** A text that it resolves to is shown. */
  run(row: Row): Promise<unknown>;
}

/** A kind of thing that a page lists, shows, makes and changes. */
export interface Resource<Row> {
  /** In test ids and stored settings. */
  readonly name: string;
  readonly title: string;
  readonly intro?: string;
  readonly right: Right;
  load(signal: AbortSignal): Promise<readonly Row[]>;
  keyOf(row: Row): string;
  nameOf(row: Row): string;
  readonly columns: readonly Column<Row>[];
  /** What the drawer shows as it is. */
  documentOf?(row: Row): object;
  readonly acts?: readonly Act<Row>[];
  readonly form?: {
    /** Of the button that opens it empty; absent: none can be made. */
    readonly newTitle?: string;
    readonly fields: readonly Field[];
    /** Absent: what there is can't be changed. */
    valuesOf?(row: Row): FieldValues;
    save(values: FieldValues, row: Row | undefined): Promise<unknown>;
  };
  /** What to do where there is none. */
  readonly emptyTitle: string;
  readonly emptyText?: string;
}
