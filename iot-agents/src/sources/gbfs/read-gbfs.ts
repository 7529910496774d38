import type { Outgoing } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import { openItems } from '../gtfs/open-items.ts';
import type { Harvest } from '../items/harvest.ts';
import type { ItemProblem } from '../items/item-mapping.ts';
import { listOf } from '../items/read-json.ts';
import { freeVehicleItems } from './free-vehicle-items.ts';
import { discover, type FileName, type GbfsFile, readFile } from './gbfs-files.ts';
import type { GbfsSource } from './gbfs-source.ts';
import { stationItems } from './station-items.ts';

const PROBLEMS_KEPT = 100;
const LONGEST_TTL_MS = 3_600_000;

/**
 * Reads the stations and free vehicles of a GBFS system. What can't be read of one file is told, and the others count.
 *
 * @throws SourceError: neither stations nor vehicles can be read
 */
export async function readGbfs(
  outgoing: Outgoing,
  source: GbfsSource,
  { state, signal }: { readonly state: Readonly<Record<string, unknown>>; readonly signal: AbortSignal },
): Promise<Harvest> {
  const now = new Date();
  if (typeof state.freshUntil === 'number' && now.getTime() < state.freshUntil) {
    return { rows: 0, items: [], problems: [], refused: 0, unchanged: true, state };
  }
  const problems: ItemProblem[] = [];
  let refused = 0;
  const note = (problem: ItemProblem) => {
    if (problem.refused) refused += 1;
    if (problems.length < PROBLEMS_KEPT) problems.push(problem);
  };
  const urls = await discover(outgoing, source, signal);
  const failures: SourceError[] = [];
  const read = async (name: FileName): Promise<GbfsFile | undefined> => {
    const url = urls.get(name);
    if (url === undefined) return undefined;
    try {
      return await readFile(outgoing, source, url, signal);
    } catch (cause) {
      if (!(cause instanceof SourceError)) throw cause;
      failures.push(cause);
      note({ field: name, message: cause.message, refused: false });
      return undefined;
    }
  };
  const stations = await read('stations');
  const status = stations && (await read('stationStatus'));
  const vehicles = await read('vehicles');
  const types = vehicles && (await read('vehicleTypes'));
  if (stations === undefined && vehicles === undefined && failures[0] !== undefined) throw failures[0];

  const reading = { now, note };
  const items = [
    ...(stations === undefined ? [] : stationItems(source, stations, status, reading)),
    ...(vehicles === undefined ? [] : freeVehicleItems(source, vehicles, types, reading)),
  ];
  const open = openItems(
    state.open,
    items.map(({ key }) => key),
    now,
  );
  // What could not be read this time stays; vehicles expire by themselves.
  const isRead = (type: string) => (type === 'Vehicle' ? vehicles : stations) !== undefined;
  const ended = open.ended.filter(({ type }) => isRead(type)).map(({ item }) => item);
  const kept = open.ended.filter(({ type }) => !isRead(type)).map(({ item }) => item.key);
  const ttls = [status, vehicles].flatMap((file) => (file === undefined ? [] : [file.ttlS * 1000]));
  return {
    rows: listOf(stations?.data.stations).length + listOf(vehicles?.data.vehicles ?? vehicles?.data.bikes).length,
    items: [...items, ...ended],
    problems,
    refused,
    state: {
      open: [...items.map(({ key }) => key), ...kept],
      freshUntil: now.getTime() + Math.min(LONGEST_TTL_MS, ...ttls),
    },
    forgets: open.forgets.filter((id) => !kept.includes(id)),
  };
}
