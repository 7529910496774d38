export { type AddressLimit, addressLimit } from './address-limit.ts';
export type { AuditedChange } from './audited-change.ts';
export { cacheable, cacheableForADay } from './cacheable.ts';
export { type Answers, media } from './content.ts';
export { neverStored } from './never-stored.ts';
export { DOCUMENT, DONE, FORM, type Operation, operation, PAGE } from './operation.ts';
export { type ScopeOptions, serviceRoutes } from './service-routes.ts';
