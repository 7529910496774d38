/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | undefined;
}

/** The broker's answer, with its request. */
export interface Answer {
  readonly request: SentRequest;
  readonly status: number;
  /** By lower-case name; repeated headers are joined by `, `. */
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
  /** The body as JSON; undefined if it is not JSON. */
  readonly body: unknown;
}

/** The request as a curl command. */
export function asCurl({ method, url, headers, body }: SentRequest): string {
  const parts = ['curl', '-i', '-X', method, quoted(url)];
  for (const [name, value] of Object.entries(headers)) parts.push('-H', quoted(`${name}: ${value}`));
  if (body !== undefined) parts.push('--data-binary', quoted(body));
  return parts.join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
