import { registerHooks } from 'node:module';

/** A file of the product and its replacement, or one of its lines and the replacement of that. */
type Removal = { readonly file: string } & (
  | { readonly source: string }
  | { readonly line: string; readonly becomes: string }
);

/** The simple version of each optimisation. */
export const SIMPLE_VERSIONS: { readonly [device: string]: Removal } = {
  'spliced-json': {
    file: 'broker/src/model/represent/fast/shown-text.ts',
    source: 'export const shownText = () => undefined;',
  },
  'ascii-response': {
    file: 'broker/src/http/server/fast/ascii-response.ts',
    source: "export const AsciiResponse = process.getBuiltinModule('node:http').ServerResponse;",
  },
  'narrow-queries': {
    file: 'broker/src/entities/read/strategies.ts',
    line: 'fits: ({ caller, query }) => query.ordering === undefined && restriction(caller) === undefined,',
    becomes: 'fits: () => false,',
  },
  'initial-instances': {
    file: 'broker/src/entities/write-lane/lane-statements.ts',
    line: 'const initial = recordsHistory ? this.#initialInstances(writes, at) : undefined;',
    becomes: 'const initial = undefined;',
  },
  'http-sender': {
    file: 'broker/src/notifications/http/fast/http-sender.ts',
    source: `
      import { Agent } from 'undici';
      const read = new WeakMap();
      function optionsOf(head) {
        let options = read.get(head);
        if (options === undefined) {
          const [request, ...lines] = head.text.split('\\r\\n');
          const headers = {};
          for (const line of lines.slice(0, -1)) {
            const [name, value] = line.split(/: (.*)/s);
            if (!/^(host|connection)$/i.test(name)) headers[name] = value;
          }
          options = { origin: head.origin, path: request.split(' ')[1], method: 'POST', headers };
          read.set(head, options);
        }
        return options;
      }
      export class HttpSender {
        #agent = new Agent({ pipelining: 1 });
        post(head, body, timeoutMs, done) {
          const signal = AbortSignal.timeout(timeoutMs);
          this.#agent.request({ ...optionsOf(head), body, signal }).then(
            async ({ statusCode, headers, body: answer }) => {
              await answer.dump();
              done({ status: statusCode, headers: new Map(Object.entries(headers)) });
            },
            (error) => done({ error }),
          );
        }
        close() { void this.#agent.destroy(); }
      }`,
  },
  'direct-measures': {
    file: 'iot-agents/src/wiring/start.ts',
    line: 'options.isBrokerNear ?',
    becomes: 'false ?',
  },
};

/**
 * Leaves an optimisation out of every module that is loaded from now on. @throws Error: the product has no such file or
 * line
 */
export function leaveOut(device: string): void {
  const removal = SIMPLE_VERSIONS[device];
  if (removal === undefined)
    throw new Error(`There is no device "${device}", known: ${Object.keys(SIMPLE_VERSIONS).join(', ')}`);
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.endsWith(`/${removal.file}`)) return nextLoad(url, context);
      if ('source' in removal) return { format: 'module', shortCircuit: true, source: removal.source };
      const loaded = nextLoad(url, context);
      const source = String(loaded.source);
      if (!source.includes(removal.line)) throw new Error(`${removal.file} has no ${removal.line}`);
      return { ...loaded, source: source.replace(removal.line, removal.becomes) };
    },
  });
}
