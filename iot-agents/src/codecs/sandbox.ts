import releaseSync from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import type { CodecFault, SandboxLimits } from './codec.ts';
import { bufferShim, PRELUDE } from './prelude.ts';

// The types are those of the CommonJS build, whose default export is the module. As an ES import, the default is the
// variant.
const RELEASE_SYNC = releaseSync as unknown as QuickJSSyncVariant;

/** The result of a call: a `CodecOutcome` as JSON text. */
export type OutcomeText = string;

interface Sandbox {
  /**
   * Calls the codec on each input (JSON texts), up to the first that exceeds the deadline. `onCall` is called at the
   * beginning and end of each call.
   */
  run(hash: string, source: string, inputs: readonly string[], onCall: () => void): Promise<OutcomeText[]>;
}

const WASM_PAGE = 65536;
/** QuickJS's initial memory plus the heap limit. Memory can't grow beyond this. */
const INITIAL_PAGES = 256;
const MAXIMUM_PAGES = 768;
const LOADED_CODECS = 64;

/**
 * Runs vendor codecs in QuickJS, each call in a fresh state. The state after loading a codec is saved as an image of
 * the WebAssembly memory and restored before each call: about 10 µs, where a new context takes 400 µs.
 */
export function createSandbox(limits: SandboxLimits): Sandbox {
  let engine: Engine | undefined;
  return {
    async run(hash, source, inputs, onCall) {
      const outcomes: OutcomeText[] = [];
      for (const input of inputs) {
        engine ??= await startEngine(limits);
        onCall();
        outcomes.push(engine.call(hash, source, input));
        onCall();
        // After memory growth or a trap, the engine's state can no longer be trusted.
        if (engine.spoiled()) engine = undefined;
        if (outcomes.at(-1)?.startsWith('{"fault":"timeout"')) break;
      }
      return outcomes;
    },
  };
}

interface Engine {
  call(hash: string, source: string, input: string): OutcomeText;
  spoiled(): boolean;
}

async function startEngine(limits: SandboxLimits): Promise<Engine> {
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES });
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory: memory }));
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(limits.memoryBytes);
  runtime.setMaxStackSize(limits.stackBytes);
  let deadline = Number.POSITIVE_INFINITY;
  runtime.setInterruptHandler(() => cpuMs() > deadline);
  const context = runtime.newContext();
  // The context creates these on first use, which must be before the first image.
  const { global, undefined: nothing } = context;
  evaluate(context, PRELUDE);
  // Taken before any codec runs, so that none can replace it.
  const entry = context.getProp(global, '__call');
  const plain = takeImage(memory);
  evaluate(context, bufferShim());
  const withBuffer = takeImage(memory);
  const loaded = new Map<string, Image>();
  let trapped = false;

  /** @throws Fault the source can't be loaded */
  const load = (hash: string, source: string): void => {
    const known = loaded.get(hash);
    if (known !== undefined) {
      layBack(memory, known);
      return;
    }
    if (source.length > limits.sourceCharacters) {
      throw new Fault('decode error', `the codec is longer than ${limits.sourceCharacters} characters`);
    }
    layBack(memory, /\bBuffer\b/.test(source) ? withBuffer : plain);
    deadline = cpuMs() + limits.deadlineMs;
    evaluate(context, source);
    const image = takeImage(memory);
    const oldest = loaded.size < LOADED_CODECS ? undefined : loaded.keys().next().value;
    if (oldest !== undefined) loaded.delete(oldest);
    loaded.set(hash, image);
  };

  return {
    spoiled: () => trapped || memory.buffer.byteLength !== INITIAL_PAGES * WASM_PAGE,
    call(hash, source, input) {
      try {
        load(hash, source);
        deadline = cpuMs() + limits.deadlineMs;
        // Nothing is disposed of here, because restoring the next image frees everything.
        const answer = context.callFunction(entry, nothing, context.newString(input));
        if (answer.error) throw faultOf(context, answer.error);
        const outcome = context.getString(answer.value);
        if (outcome.length > limits.resultCharacters) {
          throw new Fault('result too large', `the result has more than ${limits.resultCharacters} characters`);
        }
        return outcome;
      } catch (cause) {
        if (!(cause instanceof Fault)) trapped = true;
        const fault = cause instanceof Fault ? cause : new Fault('memory', 'the codec crashed its engine');
        return JSON.stringify({ fault: fault.fault, message: fault.message });
      }
    },
  };
}

/** CPU time of this thread: on a busy machine, waiting must not count against the deadline. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

class Fault extends Error {
  readonly fault: CodecFault;

  constructor(fault: CodecFault, message: string) {
    super(message);
    this.name = 'Fault';
    this.fault = fault;
  }
}

/** @throws Fault the script throws or is interrupted */
function evaluate(context: QuickJSContext, script: string): void {
  const result = context.evalCode(script, 'codec.js', { type: 'global' });
  if (result.error) throw faultOf(context, result.error);
}

function faultOf(context: QuickJSContext, thrown: QuickJSHandle): Fault {
  const text = (handle: QuickJSHandle): string =>
    context.typeof(handle) === 'string' ? context.getString(handle).slice(0, 500) : '';
  const isObject = context.typeof(thrown) === 'object';
  const name = isObject ? text(context.getProp(thrown, 'name')) : '';
  const message = isObject ? text(context.getProp(thrown, 'message')) : text(thrown);
  if (name === 'InternalError' && message === 'interrupted')
    return new Fault('timeout', 'the codec exceeded its deadline');
  if (name === 'InternalError' && message === 'out of memory')
    return new Fault('memory', 'the codec ran out of memory');
  if (message === 'stack overflow' || message === 'Maximum call stack size exceeded') {
    return new Fault('stack overflow', 'the codec ran out of stack');
  }
  return new Fault('decode error', [name, message].filter((part) => part !== '').join(': ') || 'the codec threw');
}

/** The non-zero parts of the memory. The unused part of the C stack, some megabytes of zeros, is left out. */
interface Image {
  readonly parts: readonly { readonly at: number; readonly bytes: Uint8Array }[];
}

const IMAGE_PAGE = 4096;
/** Longer runs of zeros are assumed to be unused stack; shorter ones may be variables and are restored too. */
const STACK_DEPTH_PAGES = 256;

function takeImage(memory: WebAssembly.Memory): Image {
  const all = Buffer.from(memory.buffer);
  const zero = Buffer.alloc(IMAGE_PAGE);
  const parts: { at: number; bytes: Uint8Array }[] = [];
  let start = 0;
  let end = 0;
  for (let at = 0; at < all.length; at += IMAGE_PAGE) {
    if (all.compare(zero, 0, IMAGE_PAGE, at, at + IMAGE_PAGE) === 0) continue;
    if (at - end > STACK_DEPTH_PAGES * IMAGE_PAGE) {
      parts.push({ at: start, bytes: Uint8Array.prototype.slice.call(all, start, end) });
      start = at;
    }
    end = at + IMAGE_PAGE;
  }
  parts.push({ at: start, bytes: Uint8Array.prototype.slice.call(all, start, end) });
  return { parts };
}

function layBack(memory: WebAssembly.Memory, image: Image): void {
  const all = new Uint8Array(memory.buffer);
  for (const part of image.parts) all.set(part.bytes, part.at);
}
