import { readSource } from '@alzette/iot-agents/read-source';
import { type AskProduct, type ConfigurationDocument, type ConfigurationKind, mustAnswer } from '@alzette/packs/kinds';

/** What the product shows of a secret. */
const MASK = '***';

/** Sources of external data. Their passwords and keys are no configuration: they are neither read nor written, and stay. */
export const SOURCE_KIND: ConfigurationKind = {
  folder: 'sources',
  list: '/iot/sources',
  query: '?limit=1000',
  documents: (answer) =>
    (answer as { sources: readonly (ConfigurationDocument & Running)[] }).sources.map(
      ({ nextRunAt: _next, running: _running, failures: _failures, lastRun: _last, ...source }) => ({
        ...source,
        ...(isObject(source.from) && { from: shownOf(source.from) }),
      }),
    ),
  defaults: { enabled: true },
  schema: {
    type: 'object',
    properties: {
      id: { type: 'string', pattern: '^[A-Za-z0-9._-]+$' },
      name: { type: 'string' },
      kind: { type: 'string' },
      from: { type: 'object' },
    },
    required: ['id', 'name', 'kind'],
  },
  faultOf(document) {
    try {
      const { from } = readSource(document) as { readonly from?: object };
      const secret = Object.entries(from ?? {}).find(([name, value]) => isSecret(name, value));
      return secret && `from.${secret[0]}: got a secret, expected none; it is entered on the page of the source`;
    } catch (error) {
      return (error as Error).message;
    }
  },
  async put(ask, { id, ...body }) {
    const path = `/iot/sources/${encodeURIComponent(id)}`;
    await mustAnswer(ask, 'PUT', path, { body: { ...body, ...(await withSecrets(ask, path, body.from)) } });
  },
};

interface Running {
  readonly nextRunAt?: unknown;
  readonly running?: unknown;
  readonly failures?: unknown;
  readonly lastRun?: unknown;
}

/** With the masks of the secrets that the running source has, in whose place the product keeps them. */
async function withSecrets(ask: AskProduct, path: string, from: unknown): Promise<object> {
  if (!isObject(from)) return {};
  const running = (await mustAnswer(ask, 'GET', path, { accepted: [404] })) as { readonly from?: object };
  const kept = Object.entries(running.from ?? {}).filter(([, value]) => isMasked(value));
  return { from: { ...from, ...Object.fromEntries(kept) } };
}

function shownOf(from: object): object {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => !isMasked(value)));
}

function isSecret(name: string, value: unknown): boolean {
  return isMasked(value) || /^(secret[A-Z]\w*|password|privateKey|passphrase|gatewaySecret)$/.test(name);
}

function isMasked(value: unknown): boolean {
  return value === MASK || (isObject(value) && Object.values(value).some((each) => each === MASK));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
