/** The part of WebAssembly's API that we use; it is missing in Node's types and in the ES libraries. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }
}
