import type { Booking } from '../contract/contract.ts';

/** A booking for a calendar (RFC 5545). The UID stays, and SEQUENCE rises with each change. */
export function calendarOf(
  { id, from, to, state }: Booking,
  {
    version,
    title,
    url,
    host,
    now,
  }: {
    readonly version: number;
    readonly title: string;
    readonly url: string;
    readonly host: string;
    readonly now: Date;
  },
): string {
  const isCancelled = state === 'cancelled';
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Alzette//E-services//FR',
    `METHOD:${isCancelled ? 'CANCEL' : 'PUBLISH'}`,
    'BEGIN:VEVENT',
    `UID:${id}@${host}`,
    `SEQUENCE:${version}`,
    `DTSTAMP:${stamp(now.toISOString())}`,
    `DTSTART:${stamp(from)}`,
    `DTEND:${stamp(to)}`,
    `SUMMARY:${escaped(title)}`,
    `URL:${url}`,
    `STATUS:${isCancelled ? 'CANCELLED' : state === 'confirmed' ? 'CONFIRMED' : 'TENTATIVE'}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.flatMap(folded).join('\r\n')}\r\n`;
}

function stamp(at: string): string {
  return `${at.slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n');
}

const LONGEST = 75;

/** Lines have at most 75 bytes; the next one begins with a space. */
function folded(line: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const char of line) {
    if (Buffer.byteLength(current + char) > LONGEST) {
      lines.push(current);
      current = ' ';
    }
    current += char;
  }
  return [...lines, current];
}
