import type { Operation, Parameter, Service } from './contracts.ts';

/** The module with a class for each contract, and one that has them all. */
export function pythonModule(services: readonly Service[]): string {
  const classes = services.map(
    ({ name, operations }) =>
      `class ${className(name)}:\n    def __init__(self, send: Send):\n        self._send = send\n${operations.map(methodOf).join('')}`,
  );
  const members = services.map(({ name }) => `        self.${snake(name)} = ${className(name)}(send)\n`);
  return `"""The operations of all services, generated from their contracts by clients/generate."""

from __future__ import annotations

from typing import Any, Callable

Send = Callable[..., Any]


${classes.join('\n\n')}

class Services:
    def __init__(self, send: Send):
${members.join('')}`;
}

function methodOf({ name, summary, path, params, query, body }: Operation): string {
  const [method = '', route = ''] = path.split(' ');
  const needed = query.filter(({ isNeeded }) => isNeeded);
  const others = query.filter(({ isNeeded }) => !isNeeded);
  const bodyArgument = body === undefined ? [] : [body.isNeeded ? 'body: Any' : 'body: Any = None'];
  const named = [...needed.map(argument), ...bodyArgument, ...others.map((each) => `${argument(each)} | None = None`)];
  const all = ['self', ...params.map(argument), ...(named.length > 0 ? ['*'] : []), ...named];
  const taken = (each: readonly Parameter[]) => each.map((one) => `'${one.name}': ${snake(one.name)}`).join(', ');
  const call = [
    `'${method}'`,
    `'${route}'`,
    ...(params.length > 0 ? [`params={${taken(params)}}`] : []),
    ...(query.length > 0 ? [`query={${taken(query)}}`] : []),
    ...(body === undefined ? [] : ['body=body']),
  ];
  return `
    def ${snake(name)}(${all.join(', ')}) -> Any:
        ${JSON.stringify(`${summary}.`)}
        return self._send(${call.join(', ')})
`;
}

const TYPES: { readonly [type: string]: string } = { string: 'str', integer: 'int', number: 'float', boolean: 'bool' };

function argument({ name, schema }: Parameter): string {
  return `${snake(name)}: ${TYPES[String(schema.type)] ?? 'Any'}`;
}

function className(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Python's words, and the names of what a method has already. */
const TAKEN: ReadonlySet<string> = new Set(
  'and as assert async await body break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return self try while with yield'.split(
    ' ',
  ),
);

function snake(name: string): string {
  const words = name
    .replace(/[^a-zA-Z0-9]+/g, '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
  return TAKEN.has(words) ? `${words}_` : words;
}
