export * from './client/client.ts';
export type * from './entity.ts';
