import { by, metric } from '../metrics/metrics.ts';

/** Counters of the runs in this process, by job. */
export class JobCounters {
  readonly #completed: Record<string, number> = {};
  readonly #failed: Record<string, number> = {};
  readonly #seconds: Record<string, number> = {};

  add(job: string): void {
    for (const numbers of [this.#completed, this.#failed, this.#seconds]) numbers[job] = 0;
  }

  ended(job: string, outcome: 'completed' | 'failed', seconds: number): void {
    const numbers = outcome === 'completed' ? this.#completed : this.#failed;
    numbers[job] = (numbers[job] ?? 0) + 1;
    this.#seconds[job] = (this.#seconds[job] ?? 0) + seconds;
  }

  /**
   * @param waiting number of due runs that no process has begun, by job. @param failed number of stored runs that were
   * given up
   */
  lines(waiting: Record<string, number>, failed: Record<string, number>): string {
    return [
      metric(
        'alzette_job_completed_total',
        'counter',
        'Successful runs of jobs in this process',
        by('job', this.#completed),
      ),
      metric('alzette_job_failed_total', 'counter', 'Failed attempts of jobs in this process', by('job', this.#failed)),
      metric('alzette_job_seconds_total', 'counter', 'Run time of jobs in this process', by('job', this.#seconds)),
      metric('alzette_job_waiting', 'gauge', 'Due runs that no process has begun', by('job', waiting)),
      metric('alzette_job_given_up', 'gauge', 'Stored runs that failed permanently', by('job', failed)),
    ].join('');
  }
}
