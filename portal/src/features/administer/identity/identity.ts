import type {
  CatalogueContract,
  ClientsContract,
  FederationContract,
  SettingsContract,
  UsersContract,
} from '@alzette/identity/contract';
import { CATALOGUE, CLIENTS, FEDERATION, IDENTITY_SETTINGS, USERS } from '@alzette/identity/paths';
import { service } from '../../../broker/service.ts';

export const users = service<UsersContract>(USERS);
export const catalogue = service<CatalogueContract>(CATALOGUE);
export const clients = service<ClientsContract>(CLIENTS);
export const federation = service<FederationContract>(FEDERATION);
export const identitySettings = service<SettingsContract>(IDENTITY_SETTINGS);
