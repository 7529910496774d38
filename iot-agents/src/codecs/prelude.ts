import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The environment of a codec: a silent console, `module`, `exports`, an empty `context` (ThingPark's), and a clock
 * fixed at the frame's time, so that a frame always gives the same values. All of them are properties that a codec may
 * redeclare. It captures the built-ins it needs before the codec can change them. The host calls `__call` with JSON
 * text and receives JSON text.
 */
export const PRELUDE = `
globalThis.console = (function () { var f = function () {}; return { log: f, info: f, warn: f, error: f, debug: f, trace: f }; })();
globalThis.module = { exports: {} };
globalThis.exports = module.exports;
globalThis.context = [];
var __call = (function () {
  var parse = JSON.parse, quote = JSON.stringify, keys = Object.keys, isArray = Array.isArray, DateOf = Date;
  var MAX_DEPTH = 16, MAX_KEYS = 2048;
  var construct = Reflect.construct, clockNow = DateOf.now, frameTime;
  function now() { return frameTime === undefined ? clockNow() : frameTime; }
  function Clock() {
    if (!new.target) return new DateOf(now()).toString();
    return construct(DateOf, arguments.length ? arguments : [now()], new.target);
  }
  Clock.prototype = DateOf.prototype;
  DateOf.prototype.constructor = Clock;
  Clock.now = now;
  Clock.parse = DateOf.parse;
  Clock.UTC = DateOf.UTC;
  globalThis.Date = Clock;
  // As the engines have it that vendors try their codecs in: 1/4/2026, 1:02:44 AM.
  function english(name, write) {
    var own = DateOf.prototype[name];
    DateOf.prototype[name] = function () {
      return arguments.length || this.getTime() !== this.getTime() ? own.apply(this, arguments) : write(this);
    };
  }
  function day(d) { return d.getMonth() + 1 + '/' + d.getDate() + '/' + d.getFullYear(); }
  function two(n) { return (n < 10 ? '0' : '') + n; }
  function hour(d) {
    return (d.getHours() % 12 || 12) + ':' + two(d.getMinutes()) + ':' + two(d.getSeconds()) + (d.getHours() < 12 ? ' AM' : ' PM');
  }
  english('toLocaleDateString', day);
  english('toLocaleTimeString', hour);
  english('toLocaleString', function (d) { return day(d) + ', ' + hour(d); });
  function find(entry, legacy) {
    var m = module.exports || {};
    if (typeof exports[entry] === 'function') return exports[entry];
    if (typeof m[entry] === 'function') return m[entry];
    if (typeof globalThis[entry] === 'function') return globalThis[entry];
    if (m.driver && typeof m.driver[entry] === 'function') return m.driver[entry];
    if (typeof globalThis.driver === 'object' && globalThis.driver && typeof globalThis.driver[entry] === 'function') return globalThis.driver[entry];
    return legacy();
  }
  function Invalid(message) { this.invalid = message; }
  function write(v, depth, state, path) {
    if (v === null) return 'null';
    var t = typeof v;
    if (t === 'string') return quote(v);
    if (t === 'boolean') return v ? 'true' : 'false';
    if (t === 'number') {
      if (v - v === 0) return '' + v;
      state.warnings[state.warnings.length] = path + ' is ' + v + ' and was left out';
      return undefined;
    }
    if (t === 'bigint') return '' + v;
    if (t !== 'object') return undefined;
    if (typeof v.toJSON === 'function') return write(v.toJSON(), depth + 1, state, path);
    if (depth > MAX_DEPTH) throw new Invalid('deeper than ' + MAX_DEPTH + ' levels');
    var out = '', first = true, i;
    if (isArray(v)) {
      for (i = 0; i < v.length; i++) {
        if (++state.keys > MAX_KEYS * 16) throw new Invalid('too many values');
        out += (i ? ',' : '') + (write(v[i], depth + 1, state, path + '[' + i + ']') || 'null');
      }
      return '[' + out + ']';
    }
    var names = keys(v);
    for (i = 0; i < names.length; i++) {
      if (++state.keys > MAX_KEYS) throw new Invalid('more than ' + MAX_KEYS + ' members');
      var member = write(v[names[i]], depth + 1, state, path ? path + '.' + names[i] : names[i]);
      if (member === undefined) continue;
      out += (first ? '' : ',') + quote(names[i]) + ':' + member;
      first = false;
    }
    return '{' + out + '}';
  }
  function fault(kind, message) { return '{"fault":' + quote(kind) + ',"message":' + quote('' + message) + '}'; }
  function texts(v) {
    if (!isArray(v)) return v === undefined || v === null ? [] : ['' + v];
    var out = [];
    for (var i = 0; i < v.length && i < 20; i++) out[i] = '' + v[i];
    return out;
  }
  function encode(input) {
    var bare = false;
    var make = find('encodeDownlink', function () {
      bare = true;
      if (typeof Encode === 'function') return function (i) { return Encode(i.fPort, i.data, i.variables); };
      if (typeof Encoder === 'function') return function (i) { return Encoder(i.data, i.fPort); };
    });
    if (!make) return fault('decode error', 'the codec has no encodeDownlink');
    var result = make({ data: input.data, fPort: input.fPort, variables: input.variables });
    if (bare) result = { bytes: result };
    if (typeof result !== 'object' || result === null) return fault('invalid result', 'encodeDownlink returned no object');
    var errors = texts(result.errors);
    if (errors.length) return fault('decode error', errors.join('; '));
    var state = { keys: 0, warnings: texts(result.warnings) };
    return '{"data":' + write({ bytes: result.bytes, fPort: result.fPort }, 0, state, '') + ',"warnings":[]}';
  }
  return function (text) {
    var input = parse(text);
    if (input.data) return encode(input);
    var recvTime = new DateOf(input.recvTime), bare = false;
    frameTime = recvTime.getTime();
    var decode = find('decodeUplink', function () {
      bare = true;
      if (typeof Decode === 'function') return function (i) { return Decode(i.fPort, i.bytes, i.variables); };
      if (typeof Decoder === 'function') return function (i) { return Decoder(i.bytes, i.fPort); };
    });
    if (!decode) return fault('decode error', 'the codec has no decodeUplink');
    var result = decode({ bytes: input.bytes, fPort: input.fPort, recvTime: recvTime, variables: input.variables });
    if (result && typeof result.then === 'function') return fault('invalid result', 'decodeUplink returned a promise: async is not supported');
    if (bare) result = { data: result };
    if (typeof result !== 'object' || result === null) return fault('invalid result', 'decodeUplink returned no object');
    var errors = texts(result.errors);
    var m = '', told = '';
    for (var i = 0; i < errors.length; i++) { m += (i ? '; ' : '') + errors[i]; told += (i ? ',' : '') + quote(errors[i]); }
    // Many return empty data with their errors.
    if (errors.length && (typeof result.data !== 'object' || result.data === null || !keys(result.data).length)) return fault('decode error', m);
    // Others return the data themselves.
    if (!('data' in result || 'errors' in result || 'warnings' in result) && keys(result).length) result = { data: result };
    var state = { keys: 0, warnings: texts(result.warnings) };
    try {
      // Some vendors return a list of values: it becomes a member.
      var data = write(isArray(result.data) ? { values: result.data } : result.data, 0, state, '');
    } catch (e) {
      if (e instanceof Invalid) return fault('invalid result', e.invalid);
      throw e;
    }
    if (!data || data[0] !== '{') return fault('invalid result', 'data is not an object');
    var warnings = '';
    for (var w = 0; w < state.warnings.length && w < 20; w++) warnings += (w ? ',' : '') + quote(state.warnings[w]);
    return '{"data":' + data + ',"warnings":[' + warnings + ']' + (told ? ',"errors":[' + told + ']' : '') + '}';
  };
})();`;

const require = createRequire(import.meta.url);

/** Node's `Buffer` for codecs: the packages `buffer`, `base64-js` and `ieee754` as one script. */
export function bufferShim(): string {
  const source = (name: string): string => readFileSync(require.resolve(name), 'utf8');
  // `buffer/` with the slash is the package; without it, Node's own module would be loaded.
  return `var Buffer = (function () {
  function load(f, require) { var module = { exports: {} }; f(module, module.exports, require); return module.exports; }
  var base64 = load(function (module, exports) { ${source('base64-js')} });
  var ieee754 = load(function (module, exports) { ${source('ieee754')} });
  return load(function (module, exports, require) { ${source('buffer/')} }, function (name) { return name === 'base64-js' ? base64 : ieee754; }).Buffer;
})();`;
}
