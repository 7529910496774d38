import type { TemporalKind } from '../../model/time-kind.ts';

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,6})?Z$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d\d:\d\d:\d\d(?:[.,]\d{1,6})?Z$/;

/** A text that sorts by time, with the fraction padded to microseconds; undefined: not of this kind. */
export function temporalKey(text: string, kind: TemporalKind): string | undefined {
  switch (kind) {
    case 'dateTime':
      return DATE_TIME.test(text) ? text.slice(0, 19) + text.slice(20, -1).padEnd(6, '0') : undefined;
    case 'date':
      return DATE.test(text) ? text : undefined;
    case 'time':
      return TIME.test(text) ? text.slice(0, 8) + text.slice(9, -1).padEnd(6, '0') : undefined;
  }
}
