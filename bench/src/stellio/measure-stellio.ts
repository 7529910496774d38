import { httpLoad } from '../load/http-load.ts';
import { type Measurement, median } from '../load/measurement.ts';
import { rest } from '../seed.ts';
import { STELLIO_WORKLOADS } from './workloads.ts';

const TIMES = 10;

/**
 * Stellio's published workloads with the same number of connections as virtual users, as a Markdown table. The goal is
 * ten times its best figure.
 */
export async function measureStellio(
  url: string,
  { seconds, runs, rows }: { readonly seconds: number; readonly runs: number; readonly rows?: RegExp },
  say: (line: string) => void,
): Promise<{ readonly table: string; readonly missed: readonly string[] }> {
  const missed: string[] = [];
  const lines = [
    '| workload, requests per second | connections | published | must | is | times | p50 ms | p95 ms | errors |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: |',
  ];
  for (const { name, published, users = [10], prepare, request } of STELLIO_WORKLOADS) {
    if (rows?.test(name) === false) continue;
    await prepare(url);
    await rest();
    for (const connections of users) {
      const measured: Measurement[] = [];
      for (let run = 0; run <= runs; run++) {
        const measurement = await httpLoad({ url, connections, seconds, request });
        if (run > 0) measured.push(measurement); // the first run is for warming up
      }
      const { perSecond, p50, p95, errors } = median(measured);
      const times = (perSecond / published).toFixed(1);
      const is = Math.round(perSecond).toLocaleString('en');
      const isReached = perSecond >= published * TIMES && errors === 0;
      const shown = isReached ? `**${is}**` : is;
      if (!isReached) missed.push(`${name}, ${connections} connections: ${times} ×, ${errors} errors`);
      lines.push(
        `| ${name} | ${connections} | ${published} | ${published * TIMES} | ${shown} | ${times} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${errors} |`,
      );
      say(`${name}: measured`);
    }
  }
  return { table: `${lines.join('\n')}\n`, missed };
}
