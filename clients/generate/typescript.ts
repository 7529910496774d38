import type { Operation, Parameter, Service, Shape } from './contracts.ts';
import { commentOf, typeOf } from './type-of-schema.ts';

/** What a client has at run time: the path of each operation. */
export function pathsModule(services: readonly Service[]): string {
  const tables = services.map(({ name, operations }) => [
    name,
    Object.fromEntries(operations.map((operation) => [operation.name, operation.path])),
  ]);
  return `export const PATHS = ${JSON.stringify(Object.fromEntries(tables), null, 1)};\n`;
}

/** The types of all operations. */
export function servicesDeclaration(services: readonly Service[]): string {
  const members = services.map(
    ({ name, operations }) => `  readonly ${name}: {\n${operations.map(functionOf).join('')}  };\n`,
  );
  return `import type { CallOptions } from './connect.js';

/** The operations of all services, by contract. */
export interface Services {
${members.join('')}}
`;
}

function functionOf({ name, summary, params, query, body, answers }: Operation): string {
  const isNeeded = params.length > 0 || query.some((each) => each.isNeeded) || body?.isNeeded === true;
  const parts = [
    params.length > 0 && `readonly params: ${objectOf(params.map((each) => ({ ...each, isNeeded: true })))}`,
    query.length > 0 && `readonly query${query.some((each) => each.isNeeded) ? '' : '?'}: ${objectOf(query)}`,
    body !== undefined && `readonly body${body.isNeeded ? '' : '?'}: ${sentType(body.shape)}`,
  ].filter((part) => part !== false);
  const call = parts.length === 0 ? 'CallOptions' : `{ ${parts.join('; ')} } & CallOptions`;
  const answered = [...new Set(answers.map(receivedType))].join(' | ');
  return `    ${commentOf(summary)}\n    ${name}(call${isNeeded ? '' : '?'}: ${call}): Promise<${answered}>;\n`;
}

function objectOf(parameters: readonly Parameter[]): string {
  const members = parameters.map(({ name, schema, isNeeded }) => {
    const type = schema.format === 'date-time' ? 'string | Date' : typeOf(schema);
    return `${commentOf(schema.description)}readonly ${JSON.stringify(name)}${isNeeded ? '' : '?'}: ${type}`;
  });
  return `{ ${members.join('; ')} }`;
}

function sentType(shape: Shape): string {
  if (shape === 'file') return 'Blob | string';
  return shape === 'nothing' ? 'undefined' : typeOf(shape.json);
}

function receivedType(shape: Shape): string {
  if (shape === 'file') return 'Blob';
  return shape === 'nothing' ? 'undefined' : typeOf(shape.json);
}
