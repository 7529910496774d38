import { RE2JS } from 're2js';

interface CompiledPattern {
  test(text: string): boolean;
  /** The key by which ajv distinguishes compiled patterns. */
  toString(): string;
}

/** The interface of ajv for an engine of regular expressions. */
interface PatternEngine {
  (pattern: string, flags: string): CompiledPattern;
  readonly code: string;
}

/**
 * RE2 as the engine for patterns in schemas of users, because its time is linear in the text. It has no look-around and
 * no back references; a pattern with these is not checked.
 *
 * @param onUnchecked called with each pattern that is not checked
 */
export function linearPatterns(onUnchecked: (pattern: string) => void = () => {}): PatternEngine {
  const compile = (pattern: string): CompiledPattern => {
    try {
      const engine = RE2JS.compile(pattern);
      return { test: (text) => engine.test(text), toString: () => pattern };
    } catch {
      onUnchecked(pattern);
      return { test: () => true, toString: () => pattern };
    }
  };
  return Object.assign(compile, { code: 'linearPatterns' }); // the name matters only for generated modules
}
