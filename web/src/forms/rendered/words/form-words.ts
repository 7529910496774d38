/** The sentences of every form, in one language. `{…}` is replaced. */
export interface FormWords {
  /** For numbers and days: browsers have no Luxembourgish, whose formats follow German. */
  readonly intl: string;
  readonly required: string;
  readonly example: string;
  readonly error: string;
  readonly summaryOne: string;
  readonly summaryMany: string;
  readonly choose: string;
  readonly yes: string;
  readonly no: string;
  readonly noAnswer: string;
  readonly address: { readonly text: string; readonly found: string; readonly commune: string };
  readonly period: { readonly from: string; readonly to: string };
  readonly place: {
    readonly none: string;
    readonly at: string;
    readonly showMap: string;
    readonly hideMap: string;
    readonly map: string;
    readonly byStreet: string;
    readonly nextByStreet: string;
    readonly remove: string;
  };
  readonly file: {
    readonly choose: string;
    readonly one: string;
    readonly taken: string;
    readonly failed: string;
    readonly remove: string;
  };
  readonly signature: {
    readonly how: string;
    readonly sign: string;
    readonly signed: string;
    readonly isSigned: string;
  };
  readonly repeated: { readonly line: string; readonly add: string; readonly remove: string; readonly removed: string };
  readonly booking: {
    readonly loading: string;
    readonly none: string;
    readonly offline: string;
    readonly full: string;
    readonly again: string;
  };
  readonly computed: { readonly unknown: string };
}

/** A sentence with its values. */
export function filled(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
