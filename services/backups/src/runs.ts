import type { Database } from '@alzette/kit/database';
import type { Run } from './contract/contract.ts';

export type RunKind = Run['kind'];

interface RunRow {
  readonly kind: RunKind;
  readonly backup: string | null;
  readonly started_at: Date;
  readonly ended_at: Date;
  readonly error: string | null;
  readonly figures: string;
}

const RECORD = `
  INSERT INTO backups.run (kind, backup, started_at, error, figures) VALUES ($1, $2, $3, $4, $5)`;
const RUNS = 'SELECT * FROM backups.run ORDER BY started_at DESC LIMIT $1';
const LATEST_GOOD = `
  SELECT DISTINCT ON (kind) * FROM backups.run WHERE error IS NULL ORDER BY kind, started_at DESC`;

/** Records the result of some work. An error is thrown again. */
export async function recorded<T extends { readonly name: string; readonly faults?: readonly string[] }>(
  db: Database,
  kind: RunKind,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = new Date();
  const keep = (backup: string | null, error: string | null, figures: object) =>
    db.query({ text: RECORD, values: [kind, backup, startedAt, error, JSON.stringify(figures)] });
  let report: T;
  try {
    report = await work();
  } catch (error) {
    await keep(null, error instanceof Error ? error.message : String(error), {});
    throw error;
  }
  const { name, faults = [], ...figures } = report;
  await keep(name, faults.length > 0 ? faults.join('; ') : null, figures);
  return report;
}

/** The newest first. */
export async function latestRuns(db: Database, limit: number): Promise<Run[]> {
  const { rows } = await db.query<RunRow>({ text: RUNS, values: [limit] });
  return rows.map(runOf);
}

/** The latest successful run of each kind. */
export async function latestGoodRuns(db: Database): Promise<{ [kind in RunKind]?: Run }> {
  const { rows } = await db.query<RunRow>({ text: LATEST_GOOD });
  return Object.fromEntries(rows.map((row) => [row.kind, runOf(row)]));
}

function runOf({ kind, backup, started_at, ended_at, error, figures }: RunRow): Run {
  return {
    kind,
    ...(backup !== null && { backup }),
    startedAt: started_at.toISOString(),
    endedAt: ended_at.toISOString(),
    ...(error !== null && { error }),
    figures: JSON.parse(figures),
  };
}
