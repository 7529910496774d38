/** The HTTP part of a browser: keeps cookies by path, follows redirects, fills in forms. */
export interface Visitor {
  /** Requests the URL and follows redirects, up to the first one to `stopAt`. */
  goTo(url: string, stopAt?: string): Promise<Visit>;
  submit(url: string, fields: Readonly<Record<string, string>>, stopAt?: string): Promise<Visit>;
  cookie(name: string): string | undefined;
}

export interface Visit {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

interface Cookie {
  readonly value: string;
  readonly path: string;
}

const MAX_REDIRECTS = 12;

export function newVisitor(headers: Readonly<Record<string, string>> = {}): Visitor {
  const cookies = new Map<string, Cookie>();

  async function send(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url);
    const sent = [...cookies].filter(([, { path }]) => pathname.startsWith(path));
    const cookie = sent.map(([key, { value }]) => `${key.split('|')[0]}=${value}`).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...headers, ...(init.headers as Record<string, string> | undefined), ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) keep(line);
    return response;
  }

  function keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const path = /^path=(.*)$/i.exec(attributes.find((text) => /^path=/i.test(text)) ?? '')?.[1] ?? '/';
    const isGone = attributes.some((text) => /^expires=Thu, 01 Jan 1970/i.test(text));
    if (isGone) cookies.delete(`${name}|${path}`);
    else cookies.set(`${name}|${path}`, { value, path });
  }

  async function follow(url: string, init: RequestInit, stopAt?: string): Promise<Visit> {
    let at = url;
    let response = await send(at, init);
    for (let i = 0; i < MAX_REDIRECTS && response.status >= 300 && response.status < 400; i += 1) {
      await response.arrayBuffer();
      at = new URL(response.headers.get('location') ?? '', at).href;
      if (stopAt !== undefined && at.startsWith(stopAt)) break;
      response = await send(at, {});
    }
    const text = response.bodyUsed ? '' : await response.text();
    return { url: at, status: response.status, text, headers: response.headers };
  }

  return {
    goTo: (url, stopAt) => follow(url, {}, stopAt),
    submit: (url, fields, stopAt) =>
      follow(
        url,
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams(fields).toString(),
        },
        stopAt,
      ),
    cookie: (name) => [...cookies].find(([key]) => key.startsWith(`${name}|`))?.[1].value,
  };
}

/** The action of a form on the page. @throws Error: no action has this ending */
export function formAction({ text, url }: Visit, ending = ''): string {
  const actions = [...text.matchAll(/action="([^"]+)"/g)].map((match) => match[1] as string);
  const action = actions.find((path) => path.endsWith(ending));
  if (action === undefined) throw new Error(`no form to …${ending} on ${url}:\n${text.slice(0, 2000)}`);
  return new URL(action, url).href;
}

/** The hidden fields of a page's forms. */
export function hiddenFields({ text }: Visit): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((match) => [match[1], match[2]]),
  );
}
