/** One HTTP request, independent of the library. */
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

/** Rejects without an answer: network error, timeout, abort. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;
