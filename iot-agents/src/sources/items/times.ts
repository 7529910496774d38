import { DateTime, IANAZone } from 'luxon';

/**
 * The format of times: `iso`, `epoch-s`, `epoch-ms`, or a pattern such as `dd/MM/yyyy HH:mm`; with a time zone for
 * those without one.
 */
interface TimeFormat {
  readonly format?: string;
  readonly timeZone?: string;
}

/** ISO 8601 UTC with milliseconds; undefined: not a time in this format. */
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

/** Also accepts a blank in place of the T, which is common. */
function fromIso(text: string, timeZone: string): DateTime {
  return DateTime.fromISO(text.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T'), { zone: timeZone });
}

export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}
