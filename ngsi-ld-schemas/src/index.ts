export * from './client/client.ts';
export * from './context-urls.ts';
export type * from './entity.ts';
