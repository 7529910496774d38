export { type AddressLimit, addressLimit } from './address-limit.ts';
export type { AuditedChange } from './audited-change.ts';
export { cacheable, cacheableForADay } from './cacheable.ts';
export { type Operation, operation } from './operation.ts';
export { type ScopeOptions, serviceRoutes } from './service-routes.ts';
