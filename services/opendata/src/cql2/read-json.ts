import { DEEPEST, type Expression, FilterFault } from './expression.ts';

/** Parses CQL2 JSON. @throws FilterFault: it is invalid */
export function readJson(text: string): Expression {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FilterFault('it is not JSON');
  }
  return expressionOf(value, 0);
}

function expressionOf(value: unknown, depth: number): Expression {
  if (depth > DEEPEST) throw new FilterFault(`it is nested more than ${DEEPEST} deep`);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((each) => expressionOf(each, depth + 1));
  if (typeof value !== 'object' || value === null)
    throw new FilterFault(`${JSON.stringify(value)} is not an expression`);
  const node = value as Record<string, unknown>;
  if (typeof node.op === 'string') {
    if (!Array.isArray(node.args)) throw new FilterFault(`args of ${node.op} is not an array`);
    return { op: canonical(node.op), args: node.args.map((each) => expressionOf(each, depth + 1)) };
  }
  if (typeof node.property === 'string') return { property: node.property };
  if (typeof node.date === 'string') return { date: node.date };
  if (typeof node.timestamp === 'string') return { timestamp: node.timestamp };
  if (Array.isArray(node.interval)) return { interval: node.interval as string[] };
  if (Array.isArray(node.bbox)) return { bbox: node.bbox as number[] };
  if (typeof node.type === 'string' && Array.isArray(node.coordinates)) {
    return { type: node.type, coordinates: node.coordinates };
  }
  throw new FilterFault(`an object with ${Object.keys(node).join(', ') || 'no members'} is not an expression`);
}

function canonical(op: string): string {
  const folded = op.toLowerCase();
  return folded === 'isnull' ? 'isNull' : folded;
}
