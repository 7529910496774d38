import ical from 'ical-generator';
import { EVENT_START } from '../catalogue/formats-of.ts';
import type { Chunks, Table } from './table.ts';

const EVENT_END = 'fin';
/** Limited, because readers load a calendar into memory. */
const MAX_EVENTS = 5_000;

/** A calendar (RFC 5545) of rows with a start time; the first text column is the summary. */
export async function* writeIcs({ dataset, batches }: Table): Chunks {
  const { columns, title } = dataset.definition;
  const [summary, description] = columns.filter(({ kind }) => kind === 'text');
  const calendar = ical({ name: title.fr, prodId: { company: 'Alzette', product: 'open data', language: 'FR' } });
  for await (const batch of batches) {
    for (const { id, properties, geometry } of batch) {
      const start = properties[EVENT_START];
      if (typeof start !== 'string' || calendar.length() >= MAX_EVENTS) continue;
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
  }
  yield calendar.toString();
}
