const MINUTE_MS = 60_000;

/** A time of a place as the field of a form has it: `2026-12-01T08:30`. */
export function localOf(instant: string | number, timeZone: string | undefined): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(instant));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The moment of a time of a place. One that the change of clocks leaves out is an hour later. */
export function instantOf(local: string, timeZone: string | undefined): string {
  const asUtc = Date.parse(`${local}Z`);
  const offsetAt = (at: number) => Date.parse(`${localOf(at, timeZone)}Z`) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const guess = asUtc - offsetAt(asUtc);
  return new Date(asUtc - offsetAt(guess)).toISOString();
}
