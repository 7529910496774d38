import type { Outgoing } from '../../outgoing/outgoing.ts';
import { fetchOutgoing, refusal, shown } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import { type Json, objectOf, parseJson } from '../items/read-json.ts';
import type { GbfsSource } from './gbfs-source.ts';

/** A file of a GBFS system. */
export interface GbfsFile {
  readonly data: Json;
  /** Milliseconds since 1970; undefined: not told. */
  readonly updatedMs: number | undefined;
  /** The file does not change for so long, in seconds. */
  readonly ttlS: number;
}

/** The files that are read, by the names of GBFS 3; those of GBFS 2 beside them. */
const FILES = {
  stations: ['station_information'],
  stationStatus: ['station_status'],
  vehicles: ['vehicle_status', 'free_bike_status'],
  vehicleTypes: ['vehicle_types'],
} as const;
export type FileName = keyof typeof FILES;

/** The URLs of the files in the discovery file. @throws SourceError */
export async function discover(
  outgoing: Outgoing,
  source: GbfsSource,
  signal: AbortSignal,
): Promise<ReadonlyMap<FileName, string>> {
  const { data } = await readFile(outgoing, source, source.from.url, signal);
  const feeds = new Map<string, string>();
  for (const feed of feedsOf(data, source.language ?? 'fr')) {
    const { name, url } = objectOf(feed);
    if (typeof name === 'string' && typeof url === 'string') feeds.set(name.replace(/\.json$/, ''), url);
  }
  const found = Object.entries(FILES).flatMap(([file, names]) => {
    const url = names.map((name) => feeds.get(name)).find((each) => each !== undefined);
    return url === undefined ? [] : [[file as FileName, url] as const];
  });
  if (!found.some(([file]) => file === 'stations' || file === 'vehicles')) {
    throw new SourceError(`${shownUrl(source.from.url)} names no file of stations or vehicles: it is no GBFS`);
  }
  return new Map(found);
}

/** GBFS 3 has one list of files, GBFS 2 one for each language. */
function feedsOf(data: Json, language: string): readonly unknown[] {
  const lists = [data, objectOf(data[language]), ...Object.values(data).map(objectOf)];
  return lists.map(({ feeds }) => feeds).find((feeds) => Array.isArray(feeds)) ?? [];
}

/** @throws SourceError */
export async function readFile(
  outgoing: Outgoing,
  { from }: GbfsSource,
  given: string,
  signal: AbortSignal,
): Promise<GbfsFile> {
  const url = URL.parse(given, from.url);
  if (url === null) throw new SourceError(`${JSON.stringify(given).slice(0, 200)} is no URL`);
  const { headers = {}, secretHeaders = {}, secretParameters = {} } = from;
  // Secrets are for the host of the discovery file alone.
  const isOwn = url.origin === new URL(from.url).origin;
  if (isOwn) for (const [name, value] of Object.entries(secretParameters)) url.searchParams.set(name, value);
  const answer = await fetchOutgoing(outgoing, url.href, {
    headers: { accept: 'application/json', ...headers },
    ...(isOwn && { secretHeaders }),
    signal,
  });
  if (answer.status !== 200) throw refusal(answer);
  const file = objectOf(parseJson(url, answer.body, 'GBFS'));
  if (file.data === null || typeof file.data !== 'object') {
    throw new SourceError(`${shown(url)} has no "data", expected a file of GBFS`);
  }
  const ttlS = typeof file.ttl === 'number' && file.ttl > 0 ? file.ttl : 0;
  return { data: objectOf(file.data), updatedMs: timeMs(file.last_updated), ttlS };
}

/** A time in seconds (GBFS 2), as text (GBFS 3), or in milliseconds, as some write it. 0 is not a time. */
export function timeMs(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? value * (value < 1e11 ? 1000 : 1) : Date.parse(String(value));
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function shownUrl(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : shown(parsed);
}
