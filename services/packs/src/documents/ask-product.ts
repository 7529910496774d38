import { Problem } from '@alzette/kit/problems';

/** Sends a request to a running product, by HTTP or in process. */
export type AskProduct = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<ProductAnswer>;

export interface ProductAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The product refused a request; the message contains the request and its answer. */
export class ProductRefusal extends Problem {
  constructor(method: string, path: string, { status, body }: ProductAnswer) {
    const { title, detail } = (body ?? {}) as { title?: string; detail?: string };
    const why = [title, detail].filter(Boolean).join(': ');
    super(status >= 500 ? 503 : status, 'The product refused a request', `${method} ${path}: ${status} ${why}`);
  }
}

/** The body of the answer. @throws ProductRefusal: the status is neither 2xx nor one of `accepted` */
export async function mustAnswer(
  ask: AskProduct,
  method: Parameters<AskProduct>[0],
  path: string,
  { body, accepted = [] }: { readonly body?: unknown; readonly accepted?: readonly number[] } = {},
): Promise<unknown> {
  const answer = await ask(method, path, body);
  if ((answer.status < 200 || answer.status >= 300) && !accepted.includes(answer.status)) {
    throw new ProductRefusal(method, path, answer);
  }
  return answer.body;
}
