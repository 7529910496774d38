/** Adds lines of a service to `/metrics` (Prometheus text format 0.0.4). */
export interface Metrics {
  /** @param read called at each request; if it throws, the error is logged and its lines are left out */
  add(read: () => string | Promise<string>): void;
}

interface Labelled {
  readonly label: string;
  readonly values: { readonly [value: string]: number };
}

/** A number for each value of a label. */
export function by(label: string, values: Labelled['values']): Labelled {
  return { label, values };
}

/** The lines of one metric. @param name the full name, e.g. `alzette_alarms_open` */
export function metric(name: string, type: 'counter' | 'gauge', help: string, given: number | Labelled): string {
  const samples =
    typeof given === 'number'
      ? [`${name} ${given}\n`]
      : Object.entries(given.values).map(
          ([value, number]) => `${name}{${given.label}="${escaped(value)}"} ${number}\n`,
        );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.join('')}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
