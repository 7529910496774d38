import type terms from './messages/terms/en.json';

/** Words that are explained where they are used. Each language has a document with their names and texts. */
export type Term = keyof typeof terms;
