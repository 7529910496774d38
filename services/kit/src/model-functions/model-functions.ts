import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';

export interface FunctionCall {
  readonly tenant: string;
  /** With the rights of who computes the model. */
  readonly client: NgsiLdClient;
  readonly signal?: AbortSignal | undefined;
}

export type Values = Readonly<Record<string, number>>;

/** What equations cannot say: a computation of a service, which models of decisions call by its name. */
export interface ModelFunction {
  /** The units of its arguments, such as `W/lamp`. */
  readonly takes: Readonly<Record<string, string>>;
  /** The units of its results. */
  readonly gives: Readonly<Record<string, string>>;
  /** The results for each set of arguments. @throws Problem */
  compute(call: FunctionCall, sets: readonly Values[]): Promise<readonly Values[]>;
}

/** The functions that models may call. */
export interface ModelFunctionPort {
  /** Must be called while the services start. @throws Error: the name is taken */
  declare(name: string, declared: ModelFunction): void;
}
