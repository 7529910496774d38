import type { Configuration } from './configuration-files.ts';
import {
  CONFIGURATION_KINDS,
  type ConfigurationDocument,
  type ConfigurationKind,
  pathOf,
} from './configuration-kinds.ts';

/** Sends a request to a running product, by HTTP or in process. */
export type AskProduct = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<ProductAnswer>;

interface ProductAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The product refused a request; the message contains the request and its answer. */
class ProductRefusal extends Error {
  constructor(method: string, path: string, { status, body }: ProductAnswer) {
    const { title, detail } = (body ?? {}) as { title?: string; detail?: string };
    super(`${method} ${path}: ${status} ${[title, detail].filter(Boolean).join(': ')}`);
  }
}

/** The running configuration of these kinds. @throws ProductRefusal */
export async function runningConfiguration(
  ask: AskProduct,
  kinds: Iterable<ConfigurationKind> = CONFIGURATION_KINDS,
): Promise<Configuration> {
  const configuration = new Map<ConfigurationKind, readonly ConfigurationDocument[]>();
  for (const kind of kinds) {
    const answer = await ask('GET', kind.list);
    if (answer.status !== 200) throw new ProductRefusal('GET', kind.list, answer);
    configuration.set(kind, kind.documents(answer.body));
  }
  return configuration;
}

/** @throws ProductRefusal */
export async function putDocument(ask: AskProduct, kind: ConfigurationKind, document: ConfigurationDocument) {
  const path = pathOf(kind, document.id);
  const answer = await ask('PUT', path, document);
  if (answer.status >= 300) throw new ProductRefusal('PUT', path, answer);
}

/** @throws ProductRefusal */
export async function deleteDocument(ask: AskProduct, kind: ConfigurationKind, id: string): Promise<void> {
  const path = pathOf(kind, id);
  const answer = await ask('DELETE', path);
  if (answer.status >= 300 && answer.status !== 404) throw new ProductRefusal('DELETE', path, answer);
}
