import { by, metric } from '../metrics/metrics.ts';

/** What this process has run, by job. */
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

  /** @param waiting due runs that no process has begun, by job. @param failed runs that were given up, of those still kept */
  lines(waiting: Record<string, number>, failed: Record<string, number>): string {
    return [
      metric('alzette_job_completed_total', 'counter', 'Runs of jobs that ended well here', by('job', this.#completed)),
      metric('alzette_job_failed_total', 'counter', 'Attempts of jobs that failed here', by('job', this.#failed)),
      metric('alzette_job_seconds_total', 'counter', 'Time that jobs took here', by('job', this.#seconds)),
      metric('alzette_job_waiting', 'gauge', 'Due runs that no process has begun', by('job', waiting)),
      metric('alzette_job_given_up', 'gauge', 'Runs that failed for good, of those kept', by('job', failed)),
    ].join('');
  }
}
