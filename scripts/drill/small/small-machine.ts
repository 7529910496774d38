import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A part of this machine, with a limit of memory and processors: a control group of Linux. */
export interface SmallMachine {
  spawn(program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** Takes in a process that runs already, with its children. */
  takeIn(pid: number): void;
  usage(): MachineUsage;
  /** Begins to measure the most memory anew. */
  forgetMost(): void;
  close(): Promise<void>;
}

export interface MachineUsage {
  /** Of processes, and shared memory; what the kernel can't give back. */
  readonly memoryMb: number;
  /** With files that the kernel keeps in memory. */
  readonly withFilesMb: number;
  /** The most of the latter. */
  readonly mostMb: number;
  readonly cpuSeconds: number;
  /** Processes that were killed because memory was used up. */
  readonly killed: number;
}

const ROOT = '/sys/fs/cgroup';
const GROUPS = ['memory', 'cpu', 'cpuacct'] as const;
const PERIOD_US = 100_000;
const MIB = 2 ** 20;

/** Why there can be none. */
export function smallMachineMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'control groups take root';
  const group = join(ROOT, 'memory', `alzette-look-${process.pid}`);
  try {
    mkdirSync(group);
    rmdirSync(group);
    return undefined;
  } catch (error) {
    return `control groups (version 1) can't be made: ${(error as Error).message}`;
  }
}

export function makeSmallMachine(cpus: number, memoryBytes: number): SmallMachine {
  const name = `alzette-${process.pid}`;
  const path = (group: (typeof GROUPS)[number], file = '') => join(ROOT, group, name, file);
  const read = (group: (typeof GROUPS)[number], file: string) => readFileSync(path(group, file), 'utf8');
  for (const group of GROUPS) mkdirSync(path(group));
  writeFileSync(path('memory', 'memory.limit_in_bytes'), String(memoryBytes));
  writeFileSync(path('cpu', 'cpu.cfs_period_us'), String(PERIOD_US));
  writeFileSync(path('cpu', 'cpu.cfs_quota_us'), String(cpus * PERIOD_US));
  const procs = GROUPS.map((group) => path(group, 'cgroup.procs'));
  const takeIn = (pid: number): void => {
    for (const file of procs) writeFileSync(file, String(pid));
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const child of children === '' ? [] : children.split(' ')) takeIn(Number(child));
  };
  const enter = `${procs.map((file) => `echo $$ > ${file}`).join('; ')}; exec "$0" "$@"`;
  return {
    spawn: (program, args, options) => spawn('/bin/sh', ['-c', enter, program, ...args], options),
    takeIn,
    usage() {
      const stat = new Map(
        read('memory', 'memory.stat')
          .trim()
          .split('\n')
          .map((line) => line.split(' ') as [string, string]),
      );
      const bytes = (member: string) => Number(stat.get(member) ?? 0);
      return {
        memoryMb: Math.round((bytes('total_rss') + bytes('total_shmem')) / MIB),
        withFilesMb: Math.round(Number(read('memory', 'memory.usage_in_bytes')) / MIB),
        mostMb: Math.round(Number(read('memory', 'memory.max_usage_in_bytes')) / MIB),
        cpuSeconds: Number(read('cpuacct', 'cpuacct.usage')) / 1e9,
        killed: Number(/^oom_kill (\d+)$/m.exec(read('memory', 'memory.oom_control'))?.[1] ?? 0),
      };
    },
    forgetMost: () => writeFileSync(path('memory', 'memory.max_usage_in_bytes'), '0'),
    async close() {
      for (const group of GROUPS) {
        // A process that has just ended may still be counted.
        for (let tries = 0; tries < 50; tries++) {
          try {
            rmdirSync(path(group));
            break;
          } catch {
            await pause(100);
          }
        }
      }
    },
  };
}
