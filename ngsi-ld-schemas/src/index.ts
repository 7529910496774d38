export * from './client/client.ts';
export * from './client/http-client.ts';
export * from './client/problem-of.ts';
export * from './client/put-subscription.ts';
export * from './client/query-all.ts';
export type * from './client/transport.ts';
export * from './context-urls.ts';
export type * from './entity.ts';
export type * from './models/catalog.ts';
