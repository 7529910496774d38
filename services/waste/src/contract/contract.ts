export * from './containers.ts';
export * from './drive.ts';
export * from './public.ts';
export * from './rounds.ts';
