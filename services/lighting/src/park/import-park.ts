import type { TerritoryInfo } from '@alzette/kit/service';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { Difference, ImportReport, RowFault } from '../contract/contract.ts';
import type { ReadPoints } from './light-point-csv.ts';
import type { LightPoint } from './park-columns.ts';
import { entitiesOf, readPoints } from './point-entities.ts';
import type { ParkReader } from './read-park.ts';

const MAX_SHOWN = 1000;
const BATCH = 500;

/** Compares points with the park. With `apply`, writes those that differ, with the rights of the caller. */
export async function importPark(
  reader: ParkReader,
  territory: TerritoryInfo,
  { points, faults }: ReadPoints,
  apply: boolean,
): Promise<ImportReport> {
  const known = new Map((await readPoints(reader)).map((point) => [point.id, point]));
  const differences = points.flatMap((point) => differenceOf(point, known.get(point.id)));
  const differing = new Set(differences.map(({ id }) => id));
  const refused = apply
    ? await write(
        reader,
        territory,
        points.filter(({ id }) => differing.has(id)),
      )
    : [];
  const created = differences.filter(({ kind }) => kind === 'created').length;
  return {
    applied: apply,
    read: points.length,
    created,
    changed: differences.length - created,
    unchanged: points.length - differences.length,
    notInFile: known.size - (points.length - created),
    faults: [...faults, ...refused],
    differences: differences.slice(0, MAX_SHOWN),
  };
}

/** The values of the file that differ. Values missing in the file are not changed. */
function differenceOf(point: LightPoint, known: LightPoint | undefined): Difference[] {
  const changes = Object.entries(point)
    .filter(([field, to]) => known?.[field as keyof LightPoint] !== to)
    .map(([field, to]) => {
      const from = known?.[field as keyof LightPoint];
      return { field, ...(from === undefined ? {} : { from }), to };
    });
  if (changes.length === 0) return [];
  return [{ id: point.id, kind: known === undefined ? 'created' : 'changed', changes }];
}

async function write(reader: ParkReader, territory: TerritoryInfo, points: readonly LightPoint[]): Promise<RowFault[]> {
  const { client, context, tenant } = reader;
  const made = points.map((point) => entitiesOf(point, territory));
  const models = new Map(made.flatMap(({ model }): [string, Entity][] => (model ? [[model.id, model]] : [])));
  const entities = [...models.values(), ...made.map(({ lamp }) => lamp)];
  const faults: RowFault[] = [];
  for (let at = 0; at < entities.length; at += BATCH) {
    const batch = entities.slice(at, at + BATCH);
    const { errors } = await client.batchUpsert(batch, { update: true, context, tenant });
    faults.push(
      ...errors.map(({ entityId, error }) => ({ line: 0, column: entityId, detail: error.detail ?? error.title })),
    );
  }
  return faults;
}
