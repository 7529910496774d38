import { isDateTime } from '../../model/values.ts';

export type TemporalKind = 'dateTime' | 'date' | 'time';

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,6})?Z$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d\d:\d\d:\d\d(?:[.,]\d{1,6})?Z$/;

/** The temporal kind of a literal, validated against calendar and clock (4.6.3); undefined: it is not temporal. */
export function temporalKind(text: string): TemporalKind | undefined {
  if (isDateTime(text)) return 'dateTime';
  if (DATE.test(text)) return isDateTime(`${text}T00:00:00Z`) ? 'date' : undefined;
  if (TIME.test(text)) return isDateTime(`2000-01-01T${text}`) ? 'time' : undefined;
  return undefined;
}

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
