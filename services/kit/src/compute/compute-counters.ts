import { by, type Metrics, metric } from '../metrics/metrics.ts';
import type { Problem } from '../problems/problems.ts';

/** Counts tasks for `/metrics`. */
export function computeCounters(
  metrics: Metrics | undefined,
  now: () => { readonly waiting: number; readonly running: number },
) {
  const runs: Record<string, number> = {};
  const seconds: Record<string, number> = {};
  const ended: Record<string, number> = { time: 0, memory: 0 };
  metrics?.add(() => {
    const { waiting, running } = now();
    return [
      metric('alzette_compute_waiting', 'gauge', 'Computations that wait for a thread', waiting),
      metric('alzette_compute_running', 'gauge', 'Running computations', running),
      metric('alzette_compute_runs_total', 'counter', 'Computations that ended, by task', by('task', runs)),
      metric('alzette_compute_seconds_total', 'counter', 'Time that computations took, by task', by('task', seconds)),
      metric(
        'alzette_compute_ended_total',
        'counter',
        'Computations that were ended because they exceeded a limit',
        by('limit', ended),
      ),
    ].join('');
  });
  return {
    ran(name: string, ms: number): void {
      runs[name] = (runs[name] ?? 0) + 1;
      seconds[name] = (seconds[name] ?? 0) + ms / 1000;
    },
    /** @returns the problem, to throw it */
    ended(limit: 'time' | 'memory', problem: Problem): Problem {
      ended[limit] = (ended[limit] ?? 0) + 1;
      return problem;
    },
  };
}
