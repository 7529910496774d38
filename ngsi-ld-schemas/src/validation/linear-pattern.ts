import { RE2JS } from 're2js';

interface CompiledPattern {
  test(text: string): boolean;
  /** By which ajv tells compiled patterns apart. */
  toString(): string;
}

/** What ajv asks of an engine of regular expressions. */
interface PatternEngine {
  (pattern: string, flags: string): CompiledPattern;
  readonly code: string;
}

/**
 * An engine for the patterns of schemas that users install: RE2, whose time is linear in the text. It has neither
 * look-around nor back references; a pattern with these is not checked.
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
  return Object.assign(compile, { code: 'linearPatterns' }); // the name counts for generated modules alone
}
