/** One HTTP exchange, whichever library carries it. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** By name, case-insensitive; undefined when absent. */
  header(name: string): string | undefined;
  readonly body: string;
}

/** Rejects when no answer came: network error, timeout, abort. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;
