/** In a body, what the time of sending takes the place of: microseconds since 1970, later for each request. */
export const STAMP = '@@@@@@@@@@@@@@@@';

/** A workload over HTTP. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** With every request. */
  readonly headers?: { readonly [name: string]: string };
  /** The n-th request; made before the first is sent. Where a {@link STAMP} stands, the time of its sending is put. */
  request(n: number): Request;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}
