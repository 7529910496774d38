import { DESK_TOOLS } from './desk-tools.ts';
import { ENTITY_TOOLS } from './entity-tools.ts';
import { EXPLAIN_TOOLS } from './explain-tools.ts';
import { HISTORY_TOOLS } from './history-tools.ts';
import type { Tool } from './tool.ts';

/** What an assistant may read by. None of them writes. */
export const READING_TOOLS: readonly Tool[] = [...ENTITY_TOOLS, ...HISTORY_TOOLS, ...DESK_TOOLS, ...EXPLAIN_TOOLS];

/** Those that a model is given to answer a question: what explains rights is none of its business. */
export const QUESTION_TOOLS: readonly Tool[] = READING_TOOLS.filter(({ name }) => name !== 'explain_access');
