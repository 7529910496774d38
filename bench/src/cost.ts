import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Cost, Counted } from './load/measurement.ts';

/**
 * Measures, and adds the CPU time per answer of two processes: the program, and the parent of the PostgreSQL processes.
 */
export async function withCost<Done extends Counted>(
  work: () => Promise<Done>,
  { program, database }: { readonly program: number; readonly database: number },
): Promise<Done & { readonly cost: Cost }> {
  const taken = async () => [await cpuSeconds(program), await familySeconds(database)] as const;
  const before = await taken();
  const [idleBefore, allBefore] = coreTimes();
  const done = await work();
  const [idleAfter, allAfter] = coreTimes();
  const after = await taken();
  const each = (which: 0 | 1) => ((after[which] - before[which]) * 1e6) / done.answers;
  const waited = (done.waitedMs ?? 0) * cpus().length;
  const idle = (idleAfter - idleBefore - waited) / (allAfter - allBefore - waited);
  return { ...done, cost: { program: each(0), database: each(1), idle } };
}

/** The CPU time that a process has used, with all its threads. */
export async function cpuSeconds(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return fields === undefined ? 0 : hundredths(fields, 11, 12);
}

/** The same with its children, including ended ones. */
export async function familySeconds(pid: number): Promise<number> {
  const all = await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(statOf));
  const children = all.filter((fields) => fields?.[1] === String(pid)).map((fields) => fields as readonly string[]);
  const own = await statOf(pid);
  const times = children.map((fields) => hundredths(fields, 11, 12));
  return times.reduce((sum, time) => sum + time, own === undefined ? 0 : hundredths(own, 11, 12, 13, 14));
}

/**
 * The fields of proc_pid_stat(5) from the third on, after the name, which may contain spaces; undefined: the process
 * has ended.
 */
async function statOf(pid: number | string): Promise<readonly string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Linux counts in hundredths of a second. */
function hundredths(fields: readonly string[], ...places: readonly number[]): number {
  return places.reduce((sum, place) => sum + Number(fields[place]), 0) / 100;
}

/** Of all cores since the start of the machine: idle, and total. */
function coreTimes(): readonly [idle: number, all: number] {
  const times = cpus().map((core) => core.times);
  const all = times.flatMap((each) => Object.values(each));
  return [times.reduce((sum, { idle }) => sum + idle, 0), all.reduce((sum, time) => sum + time, 0)];
}
