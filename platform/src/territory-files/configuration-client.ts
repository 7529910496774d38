import { type AskProduct, mustAnswer } from './ask-product.ts';
import type { Configuration } from './configuration-files.ts';
import {
  CONFIGURATION_KINDS,
  type ConfigurationDocument,
  type ConfigurationKind,
  pathOf,
} from './configuration-kinds.ts';

/** The running configuration of these kinds. @throws Error: the product refused it, with its answer */
export async function runningConfiguration(
  ask: AskProduct,
  kinds: Iterable<ConfigurationKind> = CONFIGURATION_KINDS,
): Promise<Configuration> {
  const configuration = new Map<ConfigurationKind, readonly ConfigurationDocument[]>();
  for (const kind of kinds) configuration.set(kind, kind.documents(await mustAnswer(ask, 'GET', kind.list)));
  return configuration;
}

/** @throws Error: the product refused it, with its answer */
export async function putDocument(
  ask: AskProduct,
  kind: ConfigurationKind,
  document: ConfigurationDocument,
): Promise<void> {
  if (kind.put) return kind.put(ask, document);
  await mustAnswer(ask, 'PUT', pathOf(kind, document.id), { body: document });
}

/** @throws Error: the product refused it, with its answer */
export async function deleteDocument(ask: AskProduct, kind: ConfigurationKind, id: string): Promise<void> {
  await mustAnswer(ask, 'DELETE', pathOf(kind, id), { accepted: [404] });
}
