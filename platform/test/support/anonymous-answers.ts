import type { ServiceHost } from './service-host.ts';

interface Asking {
  /** Beginnings of the paths that are asked. */
  readonly prefixes: readonly string[];
  /** What parameters of paths are filled with. */
  readonly fill: Readonly<Record<string, readonly string[]>>;
  /** Queries that a path can't be asked without, by what the path ends with. */
  readonly queries?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * All that somebody without an account is told by the routes of the OpenAPI document that only read: with each of the given
 * parameters, and what they answer with headers. New routes are asked too. Paths with a parameter that is not given are not.
 */
export async function anonymousAnswers(host: ServiceHost, { prefixes, fill, queries = {}, headers = {} }: Asking) {
  const { paths } = (await host.ask('GET', '/openapi.json')).body as { paths: Record<string, Record<string, object>> };
  const asked = Object.keys(paths).filter((path) => paths[path]?.get && prefixes.some((each) => path.startsWith(each)));
  const answers: { readonly url: string; readonly status: number; readonly text: string }[] = [];
  for (const path of asked) {
    const query = Object.entries(queries).find(([end]) => path.endsWith(end))?.[1] ?? '';
    for (const url of filled(path, fill)) {
      const { status, body, headers: sent } = await host.ask('GET', url + query, undefined, headers);
      answers.push({ url, status, text: JSON.stringify([body, sent]) });
    }
  }
  return answers;
}

function filled(path: string, fill: Asking['fill']): string[] {
  const name = /\{(\w+)\}/.exec(path)?.[1];
  if (name === undefined) return [path];
  return (fill[name] ?? []).flatMap((value) => filled(path.replace(`{${name}}`, value), fill));
}
