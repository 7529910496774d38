export { anotherPostgres, eachDatabase, eachHistoryDatabase, testDatabases } from './databases.ts';
export { freshTenant } from './tenants.ts';
