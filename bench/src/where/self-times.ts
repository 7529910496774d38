/** A profile as V8 writes it with `--cpu-prof`; times in microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly startTime: number;
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** The node that ran at each sample, and the time since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The layers of a request by the files of their code. The first that matches counts. */
const LAYERS: readonly (readonly [layer: string, pattern: RegExp])[] = [
  ['PostgreSQL protocol', /node_modules\/(?:pg|pg-protocol|pg-pool|pg-types|postgres-bytea)\//],
  ['routing and hooks', /node_modules\/(?:fastify|@fastify|find-my-way|avvio|light-my-request)\//],
  [
    'HTTP and sockets',
    /^node:(?:net|_http|http|internal\/(?:http|streams|stream_base|net)|stream|buffer|internal\/buffer)/,
  ],
  ['timers, promises and hooks of Node', /^node:/],
  ['other packages', /node_modules\/(?!@alzette)/],
  ['headers, rights and bodies', /broker\/src\/(?:http|access|context)\//],
  [
    'statements',
    /broker\/src\/(?:database|entities\/(?:read\/(?:q-sql|fast)|write-lane\/(?:lane-statements|write-ctes|entity-counts))|history\/rows)/,
  ],
  ['lane and cache', /broker\/src\/entities\/write-lane\//],
  ['subscriptions and notifications', /broker\/src\/(?:subscriptions|notifications|live-feed)\//],
  ['model: parse, change, show', /broker\/src\/(?:model|query|operations|entities|validation)\//],
  ['services and platform', /(?:services|platform|iot-agents)\//],
];

/** Self times in microseconds between two moments, the largest first. */
export function selfTimes(
  { startTime, nodes, samples, timeDeltas }: CpuProfile,
  from: number,
  to: number,
): { readonly layers: Map<string, number>; readonly functions: Map<string, number> } {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const layers = new Map<string, number>();
  const functions = new Map<string, number>();
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    const spent = timeDeltas[index] ?? 0;
    at += spent;
    const frame = frames.get(id);
    if (frame === undefined || at < from || at > to || frame.functionName === '(idle)') continue;
    add(layers, layerOf(frame), spent);
    const place = frame.url.replace(/^.*\/(?=(?:broker|services|platform|iot-agents|node_modules)\/)/, '');
    add(
      functions,
      frame.url === '' ? frame.functionName : `${frame.functionName || 'anonymous'} ${place}:${frame.lineNumber + 1}`,
      spent,
    );
  }
  return { layers, functions: new Map([...functions].sort(([, a], [, b]) => b - a)) };
}

function layerOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'native code';
  return LAYERS.find(([, pattern]) => pattern.test(url))?.[0] ?? 'other';
}

function add(times: Map<string, number>, key: string, time: number): void {
  times.set(key, (times.get(key) ?? 0) + time);
}
