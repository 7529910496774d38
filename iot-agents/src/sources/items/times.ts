import { DateTime, IANAZone } from 'luxon';

/** How times are written: `iso`, `epoch-s`, `epoch-ms`, or a pattern such as `dd/MM/yyyy HH:mm`; a zone for those without one. */
interface TimeFormat {
  readonly format?: string;
  readonly timeZone?: string;
}

/** ISO 8601 UTC with milliseconds; undefined when it is no such time. */
export function readTime(value: unknown, { format = 'iso', timeZone = 'UTC' }: TimeFormat): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  if (format === 'epoch-s' || format === 'epoch-ms') {
    const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
    const date = new Date(number * (format === 'epoch-s' ? 1000 : 1));
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  }
  const text = String(value).trim();
  const read = format === 'iso' ? fromIso(text, timeZone) : DateTime.fromFormat(text, format, { zone: timeZone });
  return read.isValid ? (read.toUTC().toISO() ?? undefined) : undefined;
}

/** Also with a blank in place of the T, as many write it. */
function fromIso(text: string, timeZone: string): DateTime {
  return DateTime.fromISO(text.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T'), { zone: timeZone });
}

export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}
