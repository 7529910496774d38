import { setImmediate as nextTurn } from 'node:timers/promises';

/** A measurement with labels; `suffix` is for the parts of a histogram. */
export interface Sample {
  readonly value: number;
  readonly labels?: Labels;
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

export interface Labels {
  readonly [name: string]: string;
}

/** A metric family of Prometheus. Units are base units: seconds, bytes. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** The media type of Prometheus's text format 0.0.4. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** With every route used there are ten thousand lines, too many for one turn of the event loop. */
const SAMPLES_A_TURN = 1000;

/** @param common labels added to every sample */
export async function metricsText(metrics: Iterable<Metric>, common: Labels): Promise<string> {
  let text = '';
  let written = 0;
  for (const { name, type, help, samples } of metrics) {
    if (samples.length === 0) continue;
    text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    for (const { value, labels, suffix = '' } of samples) {
      text += `${name}${suffix}${labelsText({ ...labels, ...common })} ${value}\n`;
      if (++written % SAMPLES_A_TURN === 0) await nextTurn();
    }
  }
  return text;
}

/** One sample for each value of a label. */
export function by(label: string, values: { readonly [value: string]: number }): Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(sign: string): string {
  return sign === '\n' ? '\\n' : `\\${sign}`;
}
