import { Turns } from '@alzette/kit/turns';
import ical from 'ical-generator';
import { EVENT_START } from '../catalogue/formats-of.ts';
import type { Feature } from '../datasets/dataset.ts';
import type { Chunks, Table } from './table.ts';

const EVENT_END = 'fin';
/** Limited, because readers load a calendar into memory. */
const MAX_EVENTS = 5_000;

/** The number of events that are written in one turn of the event loop. */
const EVENTS_AT_ONCE = 100;
const FIRST = 'BEGIN:VEVENT';
const END = 'END:VCALENDAR';

/** A calendar (RFC 5545) of rows with a start time; the first text column is the summary. */
export async function* writeIcs({ dataset, batches }: Table): Chunks {
  let left = MAX_EVENTS;
  let isBegun = false;
  const turns = new Turns();
  for await (const batch of batches) {
    const rows = batch.filter(({ properties }) => typeof properties[EVENT_START] === 'string').slice(0, left);
    left -= rows.length;
    for (let at = 0; at < rows.length; at += EVENTS_AT_ONCE) {
      const text = calendarOf(dataset, rows.slice(at, at + EVENTS_AT_ONCE));
      yield text.slice(isBegun ? text.indexOf(FIRST) : 0, text.lastIndexOf(END));
      isBegun = true;
      await turns.next();
    }
  }
  yield isBegun ? END : calendarOf(dataset, []);
}

function calendarOf({ definition: { columns, title } }: Table['dataset'], rows: readonly Feature[]): string {
  const [summary, description] = columns.filter(({ kind }) => kind === 'text');
  const calendar = ical({ name: title.fr, prodId: { company: 'Alzette', product: 'open data', language: 'FR' } });
  for (const { id, properties, geometry } of rows) {
    const start = String(properties[EVENT_START]);
    const end = properties[EVENT_END];
    const [longitude, latitude] = geometry?.type === 'Point' ? (geometry.coordinates as number[]) : [];
    const event = calendar.createEvent({
      id,
      start: new Date(start),
      summary: String(properties[summary?.name ?? ''] ?? title.fr),
    });
    if (typeof end === 'string') event.end(new Date(end));
    if (description && properties[description.name] !== undefined) {
      event.description(String(properties[description.name]));
    }
    if (longitude !== undefined && latitude !== undefined) {
      event.location({ title: title.fr, geo: { lat: latitude, lon: longitude } });
    }
  }
  return calendar.toString();
}
