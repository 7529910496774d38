import type { ServiceContext } from '@alzette/kit/service';
import type { PackSummary } from '../contract/contract.ts';
import type { InstallerParts } from '../install/installer.ts';
import { offerOf, type ReadPack } from '../install/read-pack.ts';

export interface RouteParts extends Omit<InstallerParts, 'shipped'> {
  readonly given: Pick<ServiceContext, 'app' | 'callerOf' | 'outgoing' | 'territories'>;
  /** URLs of indexes that the site trusts. */
  readonly indexes: readonly string[];
  /** Read once, when they are first asked for. */
  shipped(): Promise<InstallerParts['shipped']>;
}

export function summary(pack: ReadPack): PackSummary {
  return { ...offerOf(pack), trust: pack.trust };
}
