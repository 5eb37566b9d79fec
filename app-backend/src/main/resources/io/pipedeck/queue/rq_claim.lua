-- Takes a popped job that a Python program enqueued, as RQ's own workers do.
-- ARGV: 1 job id, 2 queue, 3 timestamp, 4 wip score, 5 worker name, 6 most bytes of a field
-- Returns what running it needs, names and values in turn, or false: somebody else recovered the id, or its job doesn't wait (any more).
local id, queue, now = ARGV[1], ARGV[2], ARGV[3]
local hash = 'rq:job:' .. id
if redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 1, id) == 0 then return false end
if redis.call('TYPE', hash).ok ~= 'hash' then return false end
local v = redis.call('HMGET', hash, 'data', 'status')
if not v[1] or (v[2] and v[2] ~= '' and v[2] ~= 'queued') then return false end
redis.call('HSET', hash, 'status', 'started', 'started_at', now, 'last_heartbeat', now, 'worker_name', ARGV[5],
  'pd_worker', ARGV[5])
-- What an earlier run of the same id left.
redis.call('HDEL', hash, 'pd_rev', 'pd_job')
redis.call('HSETNX', hash, 'origin', queue)
redis.call('PERSIST', hash)
redis.call('ZADD', 'rq:wip:' .. queue, ARGV[4], id)
local fields = {}
for _, field in ipairs({'data', 'created_at', 'timeout', 'retries_left', 'retry_intervals'}) do
  local fits = redis.call('HSTRLEN', hash, field) <= tonumber(ARGV[6])
  if field == 'data' and not fits then field = 'too_large' end
  fields[#fields + 1] = field
  fields[#fields + 1] = fits and redis.call('HGET', hash, field) or ''
end
return fields
