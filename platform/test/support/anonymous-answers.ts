import type { ServiceHost } from './service-host.ts';

interface Asking {
  /** Prefixes of the paths to request. */
  readonly prefixes: readonly string[];
  /** The values of path parameters. */
  readonly fill: Readonly<Record<string, readonly string[]>>;
  /** The query that a path requires, by the end of the path. */
  readonly queries?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * All answers to an anonymous caller by the read-only routes of the OpenAPI document, with headers, for each value of
 * the parameters. New routes are included automatically. Paths with an unknown parameter are left out.
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
