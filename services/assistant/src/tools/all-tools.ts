import { DESK_TOOLS } from './desk-tools.ts';
import { ENTITY_TOOLS } from './entity-tools.ts';
import { EXPLAIN_TOOLS } from './explain-tools.ts';
import { HISTORY_TOOLS } from './history-tools.ts';
import type { Tool } from './tool.ts';

/** The tools by which an assistant reads. None of them writes. */
export const READING_TOOLS: readonly Tool[] = [...ENTITY_TOOLS, ...HISTORY_TOOLS, ...DESK_TOOLS, ...EXPLAIN_TOOLS];

/** The tools for answering questions. A question does not need the tool that explains rights. */
export const QUESTION_TOOLS: readonly Tool[] = READING_TOOLS.filter(({ name }) => name !== 'explain_access');
