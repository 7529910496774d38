export * from './commands.ts';
export * from './delivery.ts';
export * from './registry.ts';
export * from './sources.ts';
