import { isDateTime } from './values.ts';

export type TemporalKind = 'dateTime' | 'date' | 'time';

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d\d:\d\d:\d\d(?:[.,]\d{1,6})?Z$/;

/** The temporal kind of a text, validated against calendar and clock (4.6.3); undefined: it is not temporal. */
export function temporalKind(text: string): TemporalKind | undefined {
  if (isDateTime(text)) return 'dateTime';
  if (DATE.test(text)) return isDateTime(`${text}T00:00:00Z`) ? 'date' : undefined;
  if (TIME.test(text)) return isDateTime(`2000-01-01T${text}`) ? 'time' : undefined;
  return undefined;
}
