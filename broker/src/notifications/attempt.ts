/** The outcome of one delivery attempt. */
export type Attempt =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: string;
      /** True if no other message can be delivered there either: connection failure, timeout or server error. */
      readonly endpointDown: boolean;
    };

export const SENT: Attempt = { ok: true };

/** A failed attempt without an answer. */
export function noAnswer(error: unknown): Attempt {
  return { ok: false, error: error instanceof Error ? error.message || error.name : String(error), endpointDown: true };
}
