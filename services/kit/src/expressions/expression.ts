import { BUDGET } from './budget.ts';
import { compileTree } from './compile.ts';
import { parseExpression } from './parse.ts';

/**
 * Computes a value from variables: {device, frame, data} in a profile, a device's measures in a FIWARE configuration.
 *
 * @throws errors of transforms; Error: it computes too much
 */
export type Expression = (variables: Readonly<Record<string, unknown>>) => unknown;

const LONGEST = 10_000;

/**
 * Compiles an expression of JEXL, the language of FIWARE's IoT agents. It is evaluated on the event loop, so what it may
 * compute is limited.
 *
 * @throws Error the text is not JEXL, or uses an unknown transform
 */
export function compileExpression(text: string): Expression {
  if (text.length > LONGEST) throw new Error(`it has ${text.length} characters, expected at most ${LONGEST}`);
  if (text.trim() === '') return () => undefined;
  const evaluate = compileTree(parseExpression(text));
  return (variables) => evaluate({ variables, element: undefined, left: BUDGET });
}

/** Whether the value is the same for every frame. */
export function isStatic(text: string): boolean {
  return !/\b(data|frame|item)\b/.test(text);
}
