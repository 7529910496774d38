const DAY = 86_400_000;
const TWO = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

let latestDay = Number.NaN;
let latestText = '';

/** Formats a time like `Date.toISOString`. For many times of mostly the same day it takes a third of the time. */
export function isoTime(milliseconds: number): string {
  const day = Math.floor(milliseconds / DAY);
  if (day !== latestDay) {
    latestText = new Date(day * DAY).toISOString().slice(0, -'00:00:00.000Z'.length);
    latestDay = day;
  }
  const ofDay = Math.floor(milliseconds - day * DAY);
  const seconds = Math.floor(ofDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}`;
  return `${latestText}${clock}.${String(ofDay % 1000).padStart(3, '0')}Z`;
}

/** A DateTime, without a fraction if that is zero. */
export function dateTime(milliseconds: number): string {
  const text = isoTime(milliseconds);
  return milliseconds % 1000 === 0 ? `${text.slice(0, -'.000Z'.length)}Z` : text;
}
