export type * from './document/rule.ts';
