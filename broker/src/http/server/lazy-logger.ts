import type { FastifyBaseLogger } from 'fastify';
import type { Bindings, ChildLoggerOptions, LogFn } from 'pino';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/**
 * A child of another logger, made when it first has something to say: the logger of a request, of which nearly none has. Made
 * for each, they take 5 µs.
 */
class LazyLogger implements FastifyBaseLogger {
  declare readonly trace: LogFn;
  declare readonly debug: LogFn;
  declare readonly info: LogFn;
  declare readonly warn: LogFn;
  declare readonly error: LogFn;
  declare readonly fatal: LogFn;
  readonly #parent: FastifyBaseLogger;
  readonly #bindings: Bindings;
  readonly #options: ChildLoggerOptions;
  #made: FastifyBaseLogger | undefined;

  constructor(parent: FastifyBaseLogger, bindings: Bindings, options: ChildLoggerOptions) {
    this.#parent = parent;
    this.#bindings = bindings;
    this.#options = options;
  }

  get made(): FastifyBaseLogger {
    if (this.#made === undefined) {
      const parent = this.#parent instanceof LazyLogger ? this.#parent.made : this.#parent;
      this.#made = parent.child(this.#bindings, this.#options);
    }
    return this.#made;
  }

  get level(): string {
    return (this.#made ?? this.#parent).level;
  }

  set level(level: string) {
    this.made.level = level;
  }

  child(bindings: Bindings, options: ChildLoggerOptions = {}): FastifyBaseLogger {
    return new LazyLogger(this, bindings, options);
  }

  silent(): void {}
}

for (const level of LEVELS) {
  Object.defineProperty(LazyLogger.prototype, level, {
    value(this: LazyLogger, ...told: Parameters<LogFn>) {
      this.made[level](...told);
    },
  });
}

/**
 * A logger for a server, whose requests have lazy ones. Not by `childLoggerFactory`: of what that makes Fastify looks for each
 * request whether all methods are there, 4 µs.
 */
export function withLazyChildren(logger: FastifyBaseLogger): FastifyBaseLogger {
  const child = (bindings: Bindings, options: ChildLoggerOptions) => new LazyLogger(logger, bindings, options);
  return Object.create(logger, { child: { value: child } });
}
