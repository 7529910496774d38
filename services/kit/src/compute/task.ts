/** A computation that runs in a thread. */
export interface ComputeTask<Input, Output> {
  /** For metrics and problems, e.g. `waste.simulation`. */
  readonly name: string;
  readonly file: URL;
  /** The CPU time after which its thread is ended. */
  readonly limitMs: number;
  /** Never called: it carries the types of the function. */
  readonly types?: (input: Input) => Output;
}

type Computation<Input, Output> = (input: Input) => Output | Promise<Output>;

const LIMIT_MS = 20_000;

/**
 * Declares a task in the file whose default export computes it:
 * `export const PLAN = computeTask<typeof plan>('waste.plan', import.meta.url)`. Inputs and outputs are copied between
 * threads (structured clone), so they hold no functions. The file is loaded in the thread: it should import little.
 */
export function computeTask<Compute extends Computation<never, unknown>>(
  name: string,
  file: string | URL,
  { limitMs = LIMIT_MS }: { readonly limitMs?: number } = {},
): ComputeTask<Parameters<Compute>[0], Awaited<ReturnType<Compute>>> {
  return { name, file: new URL(file), limitMs };
}
