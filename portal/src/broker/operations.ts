import type {
  AccessContract,
  AuditContract,
  ModelContract,
  NotificationContract,
  OwnAccessContract,
  ProcessContract,
  StandardContract,
  StorageContract,
  TenantContract,
  TerritoryViewContract,
} from '@alzette/broker/contract';
import {
  ACCESS,
  AUDIT,
  MODELS,
  NOTIFICATIONS,
  OWN_ACCESS,
  PROCESS,
  STANDARD,
  STORAGE,
  TENANTS,
  TERRITORY_VIEWS,
} from '@alzette/broker/paths';
import type { CommandContract, DeliveryContract, RegistryContract, SourceContract } from '@alzette/iot-agents/contract';
import { COMMANDS, DELIVERY, REGISTRY, SOURCES } from '@alzette/iot-agents/paths';
import type { JobContract } from '@alzette/kit/job-contract';
import { JOBS } from '@alzette/kit/job-paths';
import type { CollectivityContract, SupportContract } from '@alzette/territory/contract';
import { COLLECTIVITIES, SUPPORT } from '@alzette/territory/paths';
import { service } from './service.ts';

/** Of the broker, besides entities. */
export const access = service<AccessContract>(ACCESS);
export const ownAccess = service<OwnAccessContract>(OWN_ACCESS);
export const audit = service<AuditContract>(AUDIT);
export const models = service<ModelContract>(MODELS);
export const notifications = service<NotificationContract>(NOTIFICATIONS);
export const tenants = service<TenantContract>(TENANTS);
export const storage = service<StorageContract>(STORAGE);
export const standard = service<StandardContract>(STANDARD);
export const views = service<TerritoryViewContract>(TERRITORY_VIEWS);
export const server = service<ProcessContract>(PROCESS);

/** Of the IoT agents. */
export const registry = service<RegistryContract>(REGISTRY);
export const sources = service<SourceContract>(SOURCES);
export const commands = service<CommandContract>(COMMANDS);
export const delivery = service<DeliveryContract>(DELIVERY);

/** The collectivities of the installation. */
export const collectivities = service<CollectivityContract>(COLLECTIVITIES);

export const support = service<SupportContract>(SUPPORT);

export const jobs = service<JobContract>(JOBS);
