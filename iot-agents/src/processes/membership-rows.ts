import type { Queryable } from '../database.ts';

export interface Member {
  readonly process: string;
  readonly machine: string | null;
  readonly pid: number;
  readonly isAlive: boolean;
}

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('alzette.iot.members', 0))`;
const RENEW = `
  WITH before AS (SELECT lease_until FROM iot.agent_process WHERE process = $1)
  INSERT INTO iot.agent_process (process, machine, pid, lease_until)
  VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 ms')
  ON CONFLICT (process) DO UPDATE SET lease_until = excluded.lease_until
  RETURNING coalesce((SELECT lease_until < clock_timestamp() FROM before), false) AS had_ended`;
const MEMBERS = `
  SELECT process, machine, pid, lease_until > clock_timestamp() AS is_alive FROM iot.agent_process`;
const BURY = `
  WITH freed AS (UPDATE iot.inbox_partition SET process = NULL WHERE process = ANY($1::uuid[]))
  DELETE FROM iot.agent_process WHERE process = ANY($1::uuid[])`;
const PARTITIONS = 'SELECT partition, process FROM iot.inbox_partition ORDER BY partition';
const WAITED_FOR = `
  SELECT DISTINCT waits_for AS tenant FROM iot.inbox WHERE waits_for IS NOT NULL AND partition = ANY($1::smallint[])`;
const ASSIGN = 'UPDATE iot.inbox_partition SET process = $2 WHERE partition = ANY($1::smallint[])';

/** Locks the assignment of partitions until the end of the transaction. */
export async function lockMembers(tx: Queryable): Promise<void> {
  await tx.query({ text: LOCK });
}

/** @returns whether our lease had ended before */
export async function renewLease(
  tx: Queryable,
  { process, machine, pid }: { readonly process: string; readonly machine: string | null; readonly pid: number },
  leaseMs: number,
): Promise<boolean> {
  const { rows } = await tx.query<{ had_ended: boolean }>({ text: RENEW, values: [process, machine, pid, leaseMs] });
  return rows[0]?.had_ended === true;
}

export async function members(tx: Queryable): Promise<Member[]> {
  const { rows } = await tx.query<{ process: string; machine: string | null; pid: number; is_alive: boolean }>({
    text: MEMBERS,
  });
  return rows.map(({ is_alive, ...member }) => ({ ...member, isAlive: is_alive }));
}

/** Releases their partitions. */
export async function releasePartitions(tx: Queryable, processes: readonly string[]): Promise<void> {
  await tx.query({ text: BURY, values: [processes] });
}

export async function partitions(tx: Queryable): Promise<{ partition: number; process: string | null }[]> {
  return (await tx.query<{ partition: number; process: string | null }>({ text: PARTITIONS })).rows;
}

export async function assign(tx: Queryable, given: readonly number[], process: string | null): Promise<void> {
  await tx.query({ text: ASSIGN, values: [given, process] });
}

/** The tenants for whose nodes frames of these partitions wait. */
export async function tenantsWaitedFor(tx: Queryable, given: readonly number[]): Promise<string[]> {
  const { rows } = await tx.query<{ tenant: string }>({ text: WAITED_FOR, values: [given] });
  return rows.map(({ tenant }) => tenant);
}
