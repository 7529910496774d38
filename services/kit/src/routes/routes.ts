export { type AddressLimit, addressLimit } from './address-limit.ts';
export { cacheable } from './cacheable.ts';
export { type AuditedChange, type Operation, operation } from './operation.ts';
export { type ScopeOptions, serviceRoutes } from './service-routes.ts';
