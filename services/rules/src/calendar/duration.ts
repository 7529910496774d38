const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const UNITS_MS = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000];

/**
 * The milliseconds of an ISO 8601 duration with weeks, days, hours, minutes and seconds. A day is 24 hours; months and
 * years are not allowed, because their length varies. Undefined: the text is invalid.
 */
export function durationMs(text: string): number | undefined {
  const parts = DURATION.exec(text)?.slice(1);
  if (parts === undefined || text.endsWith('T') || parts.every((part) => part === undefined)) return undefined;
  return parts.reduce((sum, part, i) => sum + Number(part ?? 0) * (UNITS_MS[i] as number), 0);
}

/** The shortest ISO 8601 duration of a number of milliseconds, e.g. PT1H30M. */
export function durationText(ms: number): string {
  const [days, hours, minutes] = [86_400_000, 3_600_000, 60_000].map((unit, i, units) =>
    Math.floor((i === 0 ? ms : ms % (units[i - 1] as number)) / unit),
  );
  const seconds = (ms % 60_000) / 1000;
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`;
  const text = `P${days ? `${days}D` : ''}${time && `T${time}`}`;
  return text === 'P' ? 'PT0S' : text;
}
