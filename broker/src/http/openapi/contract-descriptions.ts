import { describe } from '@alzette/kit/describe';
import {
  accessContract,
  auditContract,
  modelContract,
  notificationContract,
  ownAccessContract,
  processContract,
  storageContract,
  tenantContract,
  territoryViewContract,
} from '../../contract/contract.ts';
import type { RouteDescription } from './route-description.ts';

const CONTRACTS = [
  accessContract,
  auditContract,
  modelContract,
  notificationContract,
  ownAccessContract,
  processContract,
  storageContract,
  tenantContract,
  territoryViewContract,
];

/** The broker's own operations outside the standard, by method and path. */
export const CONTRACT_DESCRIPTIONS: ReadonlyMap<string, RouteDescription> = new Map(
  CONTRACTS.flatMap(({ paths, operations }) =>
    Object.entries(operations).map(([name, operation]) => [paths[name as keyof typeof paths], describe(operation)]),
  ),
);
