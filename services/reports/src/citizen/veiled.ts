import type { Report } from '../contract/report.ts';
import { onGrid } from '../report/place.ts';

const HOUR_MS = 3_600_000;

/**
 * What everybody may know of a report before moderation: which cell of 200 m and which hour, because its author has just
 * stood there. Of an accepted report: all.
 */
export function veiled({ asset, ...report }: Report): Report {
  if (report.moderation === 'accepted') return { ...report, ...(asset !== undefined && { asset }) };
  const { position, requestedAt, updatedAt, promisedAt } = report;
  return {
    ...report,
    position: onGrid(position),
    requestedAt: hourOf(requestedAt),
    updatedAt: hourOf(updatedAt),
    ...(promisedAt !== undefined && { promisedAt: hourOf(promisedAt) }),
  };
}

function hourOf(time: string): string {
  return new Date(Math.floor(Date.parse(time) / HOUR_MS) * HOUR_MS).toISOString();
}
