/** A curl request in a tutorial. */
export interface PrintedRequest {
  /** From 1, in the order of the page. */
  readonly number: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The JSON printed as its answer. */
  readonly answer?: unknown;
}

const BLOCK = /^```(\w*)\s*\n([\s\S]*?)^```/gm;
const NGSI_LD = /^https?:\/\/[^/]+(\/ngsi-ld\/v1\/.*)$/;
/** The API of FIWARE's IoT agents, for provisioning and for measurements of devices. */
const IOT_AGENT = /^https?:\/\/[^/]+(\/iot\/(?:about|services|devices|d|json)\b.*)$/;

/**
 * The NGSI-LD requests of a Markdown page in order, each with the answer printed after it.
 *
 * @param withAgent includes requests to FIWARE's IoT agents
 */
export function requestsOfPage(markdown: string, withAgent = false): PrintedRequest[] {
  const requests: { request: Omit<PrintedRequest, 'answer' | 'number'> | undefined; answer?: unknown; end: number }[] =
    [];
  for (const match of markdown.matchAll(BLOCK)) {
    const [, language = '', text = ''] = match;
    const at = match.index;
    if (/^(?:bash|console|sh)$/.test(language)) {
      for (const command of curlCommands(text)) requests.push({ request: requestOf(command, withAgent), end: at });
    } else if (/^json/.test(language)) {
      const last = requests.at(-1);
      const between = last === undefined ? '' : markdown.slice(last.end, at);
      if (last !== undefined && last.answer === undefined && /#+ *Response/i.test(between)) last.answer = json(text);
    }
  }
  return requests
    .filter(({ request }) => request !== undefined)
    .map(({ request, answer }, index) => ({
      ...(request as Omit<PrintedRequest, 'answer' | 'number'>), // requests without a path were left out
      number: index + 1,
      ...(answer !== undefined && { answer }),
    }));
}

const VARIABLE = /\$\{(\w+)\}/g;
/** The environment variables of the scripts. */
const VARIABLES: { readonly [name: string]: string } = {
  CONTEXT_BROKER: 'localhost:1026',
  TUTORIAL_DATA_MODELS_CONTEXT: 'http://context/user-context.jsonld',
};

/** The requests of a shell script, such as one that fills a broker. */
export function requestsOfScript(script: string): PrintedRequest[] {
  return curlCommands(script.replace(VARIABLE, (_text, name: string) => VARIABLES[name] ?? '')).flatMap(
    (command, index) => {
      const request = requestOf(command);
      return request === undefined ? [] : [{ ...request, number: index + 1 }];
    },
  );
}

/** The words of each curl command; lines are joined at backslashes and within quotes. */
function curlCommands(text: string): string[][] {
  const commands: string[][] = [];
  let words: string[] | undefined;
  let word: string | undefined;
  let quote: string | undefined;
  const endWord = (): void => {
    if (word === undefined) return;
    if (word === 'curl' && words === undefined) words = [];
    else words?.push(word);
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    if (words !== undefined && words.length > 0) commands.push(words);
    words = undefined;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string; // the index is valid
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"') word += text[++at] ?? '';
      else word = (word ?? '') + character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (character === '\\') {
      if (text[at + 1] === '\n') at++;
      else word = (word ?? '') + (text[++at] ?? '');
    } else if (character === '\n' || character === '|' || character === ';') endCommand();
    else if (/\s/.test(character)) endWord();
    else word = (word ?? '') + character;
  }
  endCommand();
  return commands;
}

const WITH_VALUE: ReadonlySet<string> = new Set(['-o', '--output', '-w', '--write-out', '-u', '--max-time']);

function requestOf(words: readonly string[], withAgent = false): Omit<PrintedRequest, 'answer' | 'number'> | undefined {
  let method: string | undefined;
  let url = '';
  let body: string | undefined;
  let isQuery = false;
  const headers: Record<string, string> = {};
  const data: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string; // the index is valid
    const next = () => words[++at] ?? '';
    if (word === '--request' || /^-[a-zA-Z]*X$/.test(word)) method = next();
    else if (word === '--url') url = next();
    else if (word === '-G' || word === '--get') isQuery = true;
    else if (word === '-H' || word === '--header') addHeader(headers, next());
    else if (word === '-d' || word.startsWith('--data')) data.push(next());
    else if (WITH_VALUE.has(word)) next();
    else if (!word.startsWith('-')) url = word;
  }
  const documents = data.filter((text) => /^\s*[{[]/.test(text));
  const query = data.filter((text) => !documents.includes(text));
  if (isQuery && query.length > 0) url += `${url.includes('?') ? '&' : '?'}${query.join('&')}`;
  if (isQuery ? documents.length > 0 : data.length > 0) body = (isQuery ? documents : data).join('&');
  const whole = url.replace(/^(?!https?:)/, 'http://');
  const [, path] = NGSI_LD.exec(whole) ?? (withAgent ? IOT_AGENT.exec(whole) : undefined) ?? [];
  if (path === undefined) return undefined;
  const tenant = TENANTS[URL.parse(whole)?.port ?? ''];
  if (tenant !== undefined) headers['NGSILD-Tenant'] ??= tenant;
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    path,
    headers,
    ...(body !== undefined && { body }),
  };
}

/** Ports of the tutorials' proxies to one tenant of their broker. */
const TENANTS: { readonly [port: string]: string } = {
  1027: 'farmer',
  1028: 'openiot',
  1029: 'contractor',
  1030: 'vet',
};

function addHeader(headers: Record<string, string>, text: string): void {
  const colon = text.indexOf(':');
  if (colon > 0) headers[text.slice(0, colon).trim()] = text.slice(colon + 1).trim();
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // printed with dots, or several documents
  }
}
