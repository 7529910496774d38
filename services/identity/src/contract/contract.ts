export * from './catalogue.ts';
export * from './clients.ts';
export * from './federation.ts';
export * from './own-people.ts';
export * from './settings.ts';
export * from './sign-in.ts';
export * from './users.ts';
