/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | undefined;
}

/** What the broker answered, with the request it answers. */
export interface Answer {
  readonly request: SentRequest;
  readonly status: number;
  /** By lower-case name; several lines of one header are joined by `, `. */
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown;
}

/** The request as a line for a shell. */
export function asCurl({ method, url, headers, body }: SentRequest): string {
  const parts = ['curl', '-i', '-X', method, quoted(url)];
  for (const [name, value] of Object.entries(headers)) parts.push('-H', quoted(`${name}: ${value}`));
  if (body !== undefined) parts.push('--data-binary', quoted(body));
  return parts.join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
