-- A wrk script: sends the requests of a file (request-file.ts) in order, and starts again at its end.
local ffi = require('ffi')
ffi.cdef [[
  typedef struct { long seconds; long microseconds; } moment;
  int gettimeofday(moment *now, void *zone);
]]
local now = ffi.new('moment')
local last = 0
local file
local mark -- the placeholder for the time of sending

function init(args)
  file = assert(io.open(args[1], 'rb'))
  mark = args[2]
end

local function stamp()
  ffi.C.gettimeofday(now, nil)
  last = math.max(last + 1, tonumber(now.seconds) * 1000000 + tonumber(now.microseconds))
  return string.format('%.0f', last)
end

function request()
  local length = file:read('*l')
  if length == nil then
    file:seek('set', 0)
    length = file:read('*l')
  end
  local text = file:read(tonumber(length))
  if text:find(mark, 1, true) == nil then return text end
  return (text:gsub(mark, stamp))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"seconds":%f,"answers":%d,"refused":%d,"broken":%d,"p50":%d,"p95":%d,"p99":%d}\n',
    summary.duration / 1000000, summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
