import type { Clause } from '../clause.ts';
import { createEntity } from './5.6.1-create-entity.ts';

/** All clauses that have cases. */
export const clauses: readonly Clause[] = [createEntity];
