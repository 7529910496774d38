import { httpLoad } from '../load/http-load.ts';
import { type Measurement, median } from '../load/measurement.ts';
import { STELLIO_WORKLOADS } from './workloads.ts';

/** As many as Stellio's virtual users. */
const CONNECTIONS = 10;
const TIMES = 10;

/** Its published workloads as a table of Markdown; what must be reached is ten times its best figure. */
export async function measureStellio(
  url: string,
  { seconds, runs }: { readonly seconds: number; readonly runs: number },
  say: (line: string) => void,
): Promise<string> {
  const lines = [
    '| workload, requests a second | published | must | is | times | p50 ms | p95 ms | errors |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
  ];
  for (const { name, published, prepare, request } of STELLIO_WORKLOADS) {
    await prepare(url);
    const measured: Measurement[] = [];
    for (let run = 0; run <= runs; run++) {
      const load = { url, connections: CONNECTIONS, seconds: run === 0 ? Math.min(2, seconds) : seconds, request };
      const measurement = await httpLoad(load);
      if (run > 0) measured.push(measurement);
    }
    const { perSecond, p50, p95, errors } = median(measured);
    const times = (perSecond / published).toFixed(1);
    const is = Math.round(perSecond).toLocaleString('en');
    const shown = perSecond >= published * TIMES ? `**${is}**` : is;
    lines.push(
      `| ${name} | ${published} | ${published * TIMES} | ${shown} | ${times} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${errors} |`,
    );
    say(`${name}: measured`);
  }
  return `${lines.join('\n')}\n`;
}
