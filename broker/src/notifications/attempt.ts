/** How one attempt to deliver ended. */
export type Attempt =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: string;
      /** Nothing else can be delivered there either: no connection, no answer in time, or a fault of the server's. */
      readonly endpointDown: boolean;
    };

export const SENT: Attempt = { ok: true };

/** An attempt that found nobody. */
export function noAnswer(error: unknown): Attempt {
  return { ok: false, error: error instanceof Error ? error.message || error.name : String(error), endpointDown: true };
}
