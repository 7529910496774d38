/** A placeholder in a body for the time of sending: microseconds since 1970, increasing with each request. */
export const STAMP = '@@@@@@@@@@@@@@@@';

/** A workload over HTTP. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Sent with every request. */
  readonly headers?: { readonly [name: string]: string };
  /** The n-th request, created before the load starts. A {@link STAMP} is replaced by the time of sending. */
  request(n: number): Request;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}
