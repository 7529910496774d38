import {
  type AskProduct,
  type ConfigurationDocument,
  type ConfigurationKind,
  listDocuments,
} from '@alzette/packs/kinds';
import type { Configuration } from './configuration-files.ts';
import { CONFIGURATION_KINDS } from './configuration-kinds.ts';

/** The running configuration of these kinds. @throws Error: the product refused it, with its answer */
export async function runningConfiguration(
  ask: AskProduct,
  kinds: Iterable<ConfigurationKind> = CONFIGURATION_KINDS,
): Promise<Configuration> {
  const configuration = new Map<ConfigurationKind, readonly ConfigurationDocument[]>();
  for (const kind of kinds) configuration.set(kind, await listDocuments(ask, kind));
  return configuration;
}
