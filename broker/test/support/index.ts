export { noteByTenant } from '../../src/database/citus/by-tenant.ts';
export { NUMBER_HISTORY } from '../../src/database/citus/distribute.ts';
export { withAbsentNode } from './absent-node.ts';
export {
  anotherPostgres,
  chosenBy,
  eachDatabase,
  eachHistoryDatabase,
  eachOwnDatabase,
  testDatabases,
} from './databases.ts';
export { fillCache } from './fill-cache.ts';
export { isOnCluster, newDatabase, type OwnDatabase, ownDatabase } from './own-database.ts';
export { checkingTenants } from './tenant-check.ts';
export { freshTenant } from './tenants.ts';
