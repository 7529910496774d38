import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Metric } from './metric.ts';

/** The sampling interval of event loop delays. */
const RESOLUTION_MS = 20;

/** Resource usage of the process, under the names that dashboards for Node expect. */
export class ProcessMetrics {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delay.enable();
  }

  /** Delays since the last read. */
  read(): Metric[] {
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const { active, idle } = performance.eventLoopUtilization();
    const delays = this.#delays();
    return [
      metric('process_cpu_seconds_total', 'counter', 'CPU time used', (user + system) / 1e6),
      metric('process_start_time_seconds', 'gauge', 'When the process began', performance.timeOrigin / 1000),
      metric('process_resident_memory_bytes', 'gauge', 'Resident memory of the process', rss),
      metric('nodejs_heap_size_total_bytes', 'gauge', 'Size of the JavaScript heap', heapTotal),
      metric('nodejs_heap_size_used_bytes', 'gauge', 'Used part of the JavaScript heap', heapUsed),
      metric('nodejs_external_memory_bytes', 'gauge', 'Memory of objects outside the heap', external),
      metric(
        'nodejs_eventloop_active_seconds_total',
        'counter',
        'Time in which the event loop was active',
        active / 1000,
      ),
      metric('nodejs_eventloop_idle_seconds_total', 'counter', 'Time in which the event loop was idle', idle / 1000),
      metric('nodejs_eventloop_lag_mean_seconds', 'gauge', 'Mean delay of timers', delays.mean),
      metric('nodejs_eventloop_lag_p99_seconds', 'gauge', '99th percentile of timer delays', delays.p99),
      metric('nodejs_eventloop_lag_max_seconds', 'gauge', 'Maximum delay of timers', delays.max),
    ];
  }

  close(): void {
    this.#delay.disable();
  }

  #delays(): { readonly mean: number; readonly p99: number; readonly max: number } {
    const delay = this.#delay;
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);
    const some = delay.count > 0;
    const delays = some
      ? { mean: late(delay.mean), p99: late(delay.percentile(99)), max: late(delay.max) }
      : { mean: 0, p99: 0, max: 0 };
    delay.reset();
    return delays;
  }
}

function metric(name: string, type: 'counter' | 'gauge', help: string, value: number): Metric {
  return { name, type, help, samples: [{ value }] };
}
