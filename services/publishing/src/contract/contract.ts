export * from './app.ts';
export * from './citizen.ts';
export * from './devices.ts';
export type { Dish, GivenItem, ItemDocument, Kind, Texts, Wording } from './documents.ts';
export * from './feeds.ts';
export * from './keepers.ts';
export * from './publications.ts';
