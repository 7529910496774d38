/** The part of WebAssembly's API we use; neither Node's types nor the ES libraries have it. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }
}
