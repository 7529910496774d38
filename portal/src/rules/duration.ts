/** Weeks, days, hours, minutes and seconds of an ISO 8601 duration. */
const PARTS = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const UNITS = [
  ['week', 10_080],
  ['day', 1440],
  ['hour', 60],
  ['minute', 1],
  ['second', 1 / 60],
] as const;

/** In minutes; undefined: it is none. */
export function minutesOf(duration: string): number | undefined {
  const [, ...parts] = PARTS.exec(duration) ?? [];
  if (parts.length === 0) return undefined;
  return UNITS.reduce((sum, [, minutes], at) => sum + Number(parts[at] ?? 0) * minutes, 0);
}

export function durationOf(minutes: number): string {
  if (minutes > 0 && minutes % 1440 === 0) return `P${minutes / 1440}D`;
  return minutes > 0 && minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M`;
}

/** `2 h` for `PT2H`; what is no duration stays unchanged. */
export function durationText(duration: string, locale: string): string {
  const [, ...parts] = PARTS.exec(duration) ?? [];
  const texts = UNITS.flatMap(([unit], at) => {
    const count = Number(parts[at] ?? 0);
    const format = { style: 'unit', unit, unitDisplay: 'short' } as const;
    return count > 0 ? [new Intl.NumberFormat(locale, format).format(count)] : [];
  });
  return texts.join(' ') || duration;
}
