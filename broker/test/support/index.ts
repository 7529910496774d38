export { noteByTenant } from '../../src/database/citus/by-tenant.ts';
export { anotherPostgres, eachDatabase, eachHistoryDatabase, testDatabases } from './databases.ts';
export { freshTenant } from './tenants.ts';
