import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A control group of Linux with a limit of memory and processors. */
export interface SmallMachine {
  spawn(program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** Adds a running process with its children. */
  addProcess(pid: number): void;
  usage(): MachineUsage;
  /** Restarts the measurement of the peak. */
  resetPeak(): void;
  close(): Promise<void>;
}

export interface MachineUsage {
  /** Memory of processes and shared memory, which the kernel can't reclaim. */
  readonly memoryMb: number;
  /** With the file cache of the kernel. */
  readonly withFilesMb: number;
  /** The peak of `withFilesMb`. */
  readonly peakMb: number;
  readonly cpuSeconds: number;
  /** Processes that were killed for lack of memory. */
  readonly killed: number;
}

const ROOT = '/sys/fs/cgroup';
const GROUPS = ['memory', 'cpu', 'cpuacct'] as const;
const PERIOD_US = 100_000;
const MIB = 2 ** 20;

/** Why it can't be created on this machine; undefined: it can. */
export function smallMachineMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'control groups require root';
  const group = join(ROOT, 'memory', `alzette-look-${process.pid}`);
  try {
    mkdirSync(group);
    rmdirSync(group);
    return undefined;
  } catch (error) {
    return `control groups (version 1) can't be created: ${(error as Error).message}`;
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
  const addProcess = (pid: number): void => {
    for (const file of procs) writeFileSync(file, String(pid));
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const child of children === '' ? [] : children.split(' ')) addProcess(Number(child));
  };
  const enter = `${procs.map((file) => `echo $$ > ${file}`).join('; ')}; exec "$0" "$@"`;
  return {
    spawn: (program, args, options) => spawn('/bin/sh', ['-c', enter, program, ...args], options),
    addProcess,
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
        peakMb: Math.round(Number(read('memory', 'memory.max_usage_in_bytes')) / MIB),
        cpuSeconds: Number(read('cpuacct', 'cpuacct.usage')) / 1e9,
        killed: Number(/^oom_kill (\d+)$/m.exec(read('memory', 'memory.oom_control'))?.[1] ?? 0),
      };
    },
    resetPeak: () => writeFileSync(path('memory', 'memory.max_usage_in_bytes'), '0'),
    async close() {
      for (const group of GROUPS) {
        // A process that has just exited may still be counted.
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
