/** A day, or a local time, which has no zone: shown as it was written. */
export function dayInWords(value: unknown, intl: string, dateStyle: 'long' | 'full' = 'long'): string {
  const text = String(value);
  const isDay = text.length === 10;
  const at = new Date(`${isDay ? `${text}T00:00` : text}Z`);
  if (Number.isNaN(at.getTime())) return text;
  return new Intl.DateTimeFormat(intl, { dateStyle, ...(!isDay && { timeStyle: 'short' }), timeZone: 'UTC' }).format(
    at,
  );
}

/** When a slot begins at its place: its id, such as `bulky-waste.20261209T0600`, ends with it. */
export function slotInWords(id: string, intl: string): string {
  const [, year, month, day, hour, minute] = /(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})$/.exec(id) ?? [];
  return minute === undefined ? id : dayInWords(`${year}-${month}-${day}T${hour}:${minute}`, intl, 'full');
}
