/** The input of a codec (LoRa Alliance TS013, with ChirpStack's `variables`). */
export interface CodecInput {
  readonly bytes: Uint8Array;
  readonly fPort: number | null;
  /** The frame's time, never the current one: decoding a frame again gives the same values. */
  readonly recvTime: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The input of `encodeDownlink`. The data of its outcome are `bytes` and optionally `fPort`. */
export interface EncodeInput {
  readonly data: Readonly<Record<string, unknown>>;
  readonly fPort: number | null;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export type CodecFault =
  | 'timeout'
  | 'memory'
  | 'stack overflow'
  | 'result too large'
  | 'invalid result'
  | 'decode error';

export type CodecOutcome =
  | {
      readonly data: Readonly<Record<string, unknown>>;
      readonly warnings: readonly string[];
      /** Errors reported by the codec in addition to its data: the frame goes to quarantine with both. */
      readonly errors?: readonly string[];
    }
  | { readonly fault: CodecFault; readonly message: string };

export interface SandboxLimits {
  /** For one call, and for loading the source. In milliseconds. */
  readonly deadlineMs: number;
  readonly memoryBytes: number;
  readonly stackBytes: number;
  readonly sourceCharacters: number;
  /** The size limit of the result as JSON. */
  readonly resultCharacters: number;
}

export const SANDBOX_LIMITS: SandboxLimits = {
  deadlineMs: 100,
  memoryBytes: 16 * 1024 * 1024,
  stackBytes: 256 * 1024,
  sourceCharacters: 1024 * 1024,
  resultCharacters: 64 * 1024,
};
