import { Window } from 'happy-dom';

/**
 * A document for component tests. Imported before Vue, which looks for a document when it starts. Events stay those of
 * Node, which other tests of the same process need.
 */
const window = new Window({ url: 'http://127.0.0.1/' });
const NAMES = ['document', 'Element', 'HTMLElement', 'SVGElement', 'MathMLElement', 'Node'];
for (const name of NAMES) Object.assign(globalThis, { [name]: Reflect.get(window, name) });
Object.assign(globalThis, { window, location: window.location });
