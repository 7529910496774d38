export * from './app.ts';
export * from './citizen.ts';
export * from './devices.ts';
export {
  type Dish,
  type GivenItem,
  type ItemDocument,
  type Kind,
  MEMBERS,
  Owner,
  Page,
  State,
  type Texts,
  type Wording,
} from './documents.ts';
export * from './feeds.ts';
export * from './keepers.ts';
export * from './publications.ts';
