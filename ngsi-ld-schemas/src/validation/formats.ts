/** The formats of published schemas as plain functions, which work under any Content-Security-Policy. */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const DURATION = /^P(?!$)(?:(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?|\d+W)$/;
const EMAIL =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u;
const URI = /^[a-z][a-z0-9+\-.]*:(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})+$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/;
const IPV6_PART = /^[0-9a-f]{1,4}$/i;

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}

/** RFC 3339 requires seconds and a zone; opening hours have neither, and may end at 24:00. */
function isTime(text: string, strict: boolean): boolean {
  const [, hour, minute, second = '0', zone] = TIME.exec(text) ?? [];
  if (hour === undefined || Number(minute) > 59 || Number(second) >= 61) return false;
  if (strict && (zone === undefined || text.length < 9)) return false;
  if (Number(hour) === 24) return !strict && Number(minute) === 0 && Number(second) === 0;
  return Number(hour) < 24;
}

function isDateTime(text: string): boolean {
  const [date = '', time, more] = text.split(/t|\s/i);
  return more === undefined && time !== undefined && isDate(date) && isTime(time, true);
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const parts = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const [last = ''] = parts.slice(-1);
  const mapped = last.includes('.');
  const words = mapped ? parts.slice(0, -1) : parts;
  if (!words.every((word) => IPV6_PART.test(word)) || (mapped && !IPV4.test(last))) return false;
  const count = words.length + (mapped ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

export type Format = (text: string) => boolean;

/** With `time` in the format of opening hours. */
export const formats: Readonly<Record<string, Format>> = {
  date: isDate,
  time: (text) => isTime(text, false),
  'date-time': isDateTime,
  duration: (text) => DURATION.test(text),
  email: (text) => EMAIL.test(text),
  'idn-email': (text) => EMAIL.test(text),
  uri: (text) => URI.test(text),
  ipv4: (text) => IPV4.test(text),
  ipv6: isIpv6,
};

/** With `time` in the format of RFC 3339. */
export const strictFormats: Readonly<Record<string, Format>> = { ...formats, time: (text) => isTime(text, true) };
