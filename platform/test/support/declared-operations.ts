import assert from 'node:assert/strict';

/** An operation of the OpenAPI document, with the right and the objects that it declares. */
export interface DeclaredOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly access: string | undefined;
  /** Absent: it declares no objects. */
  readonly by: string | undefined;
  readonly kind: string | undefined;
}

interface Document {
  readonly paths: {
    readonly [path: string]: {
      readonly [method: string]: {
        readonly 'x-access'?: string;
        readonly 'x-objects'?: { readonly by: string; readonly kind?: string };
      };
    };
  };
}

export const PARAMETER = /\{(\w+)\}/;

export function declaredOperations({ paths }: Document): DeclaredOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-access': access, 'x-objects': objects }]) => ({
      method: method.toUpperCase() as DeclaredOperation['method'],
      path,
      access,
      by: objects?.by,
      kind: objects?.kind,
    })),
  );
}

/**
 * The path with its first parameter filled in.
 *
 * @param ids the value of the first parameter, by the path before it
 */
export function urlOf(path: string, ids: ReadonlyMap<string, string>): string {
  const at = path.search(PARAMETER);
  if (at === -1) return path;
  const id = ids.get(path.slice(0, at - 1));
  assert.ok(id !== undefined, `${path}: there is no object for it in support/others-objects.ts`);
  return path.replace(PARAMETER, encodeURIComponent(id)).replaceAll(/\{\w+\}/g, 'x');
}
