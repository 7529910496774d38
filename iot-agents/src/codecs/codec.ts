/** What a codec is called with (LoRa Alliance TS013, with ChirpStack's `variables`). */
export interface CodecInput {
  readonly bytes: Uint8Array;
  readonly fPort: number | null;
  /** The frame's time, never now: decoding the same frame again gives the same values. */
  readonly recvTime: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What `encodeDownlink` is called with; its outcome's data are `bytes` and perhaps `fPort`. */
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
      /** What the codec told beside its data: the frame goes to quarantine with both. */
      readonly errors?: readonly string[];
    }
  | { readonly fault: CodecFault; readonly message: string };

export interface SandboxLimits {
  /** For one call, and for loading the source. Milliseconds. */
  readonly deadlineMs: number;
  readonly memoryBytes: number;
  readonly stackBytes: number;
  readonly sourceCharacters: number;
  /** Of the result as JSON. */
  readonly resultCharacters: number;
}

export const SANDBOX_LIMITS: SandboxLimits = {
  deadlineMs: 100,
  memoryBytes: 16 * 1024 * 1024,
  stackBytes: 256 * 1024,
  sourceCharacters: 1024 * 1024,
  resultCharacters: 64 * 1024,
};
