import type {
  CatalogueContract,
  ClientsContract,
  FederationContract,
  OwnPeopleContract,
  SettingsContract,
  UsersContract,
} from '@alzette/identity/contract';
import { CATALOGUE, CLIENTS, FEDERATION, IDENTITY_SETTINGS, OWN_PEOPLE, USERS } from '@alzette/identity/paths';
import { service } from '../../../broker/service.ts';

export const users = service<UsersContract>(USERS);
/** Of the collectivity of the page. */
export const ownPeople = service<OwnPeopleContract>(OWN_PEOPLE);
export const catalogue = service<CatalogueContract>(CATALOGUE);
export const clients = service<ClientsContract>(CLIENTS);
export const federation = service<FederationContract>(FEDERATION);
export const identitySettings = service<SettingsContract>(IDENTITY_SETTINGS);
