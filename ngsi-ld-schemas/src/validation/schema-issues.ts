import type { Attribute, Model } from '../models/model.ts';
import type { SchemaFault } from './compile.ts';
import type { Issue, IssueCode } from './issue.ts';
import { nearest } from './nearest.ts';
import { looksLikePercent } from './semantics.ts';
import { shown } from './shown.ts';

const CODES: Readonly<Record<string, IssueCode>> = {
  type: 'WRONG_TYPE',
  enum: 'NOT_IN_ENUM',
  const: 'NOT_IN_ENUM',
  format: 'WRONG_FORMAT',
  pattern: 'WRONG_FORMAT',
  minimum: 'OUT_OF_RANGE',
  maximum: 'OUT_OF_RANGE',
  exclusiveMinimum: 'OUT_OF_RANGE',
  exclusiveMaximum: 'OUT_OF_RANGE',
};
/**
 * These errors report that all branches of a choice failed. The errors of the branches are left out, because they are
 * confusing.
 */
const CHOICES: ReadonlySet<string> = new Set(['anyOf', 'oneOf']);

/** Converts the errors of a validator to issues, one per path. */
export function schemaIssues(
  faults: readonly SchemaFault[],
  simplified: { readonly [name: string]: unknown },
  model: Model,
  partial: boolean,
): Issue[] {
  const choices = faults.filter(({ keyword }) => CHOICES.has(keyword)).map(({ instancePath }) => instancePath);
  const issues = new Map<string, Issue>();
  for (const fault of faults) {
    const { instancePath, keyword } = fault;
    const hidden = choices.some(
      (path) => instancePath.startsWith(path) && !(CHOICES.has(keyword) && path === instancePath),
    );
    if (hidden) continue;
    const issue =
      keyword === 'required' && instancePath === '' ? missing(fault, partial) : issueOf(fault, simplified, model);
    if (issue !== undefined && !issues.has(issue.path)) issues.set(issue.path, issue);
  }
  return [...issues.values()];
}

function missing({ params }: SchemaFault, partial: boolean): Issue | undefined {
  const attribute = String(params.missingProperty);
  if (partial) return undefined;
  return { code: 'REQUIRED_MISSING', severity: 'error', attribute, path: `/${attribute}`, expected: attribute };
}

function issueOf(fault: SchemaFault, simplified: { readonly [name: string]: unknown }, model: Model): Issue {
  const { instancePath, keyword, params } = fault;
  const steps = instancePath.split('/').slice(1).map(unescaped);
  const [name = ''] = steps;
  const attribute = model.attributes[name];
  const value = steps.reduce<unknown>(
    (part, step) => (part as Record<string, unknown> | undefined)?.[step],
    simplified,
  );
  const about = { severity: 'error', attribute: name, path: instancePath, got: shown(value) } as const;
  if (attribute !== undefined && keyword === 'maximum' && looksLikePercent(value, attribute)) {
    return { ...about, code: 'PERCENT_FOR_RATIO', expected: '0 to 1', hint: String(value / 100) };
  }
  const code = CODES[keyword] ?? 'SCHEMA';
  if (code === 'NOT_IN_ENUM') return enumIssue(about, attribute, value, params);
  return { ...about, code, expected: expectation(fault) };
}

function enumIssue(
  about: Pick<Issue, 'attribute' | 'path' | 'got'> & { readonly severity: 'error' },
  attribute: Attribute | undefined,
  value: unknown,
  params: SchemaFault['params'],
): Issue {
  const allowed = [params.allowedValues ?? params.allowedValue].flat().map(String);
  const hint = typeof value === 'string' ? nearest(value, allowed) : undefined;
  return {
    ...about,
    code: 'NOT_IN_ENUM',
    severity: attribute?.open ? 'warning' : 'error',
    expected: allowed.join(', '),
    ...(hint !== undefined && { hint }),
  };
}

function expectation({ keyword, params, message = '' }: SchemaFault): string {
  if (keyword === 'type') return [params.type].flat().join(' or ');
  if (keyword === 'format') return String(params.format);
  if (params.comparison !== undefined) return `${params.comparison} ${params.limit}`;
  return message.replace(/^must /, '');
}

function unescaped(step: string): string {
  return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
}
