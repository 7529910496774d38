export { eachDatabase, testDatabases } from './databases.ts';
export { freshTenant } from './tenants.ts';
