-- KEYS: 1 job hash, 2 wip zset, 3 failed zset, 4 results stream, 5 worker hash
-- ARGV: 1 job id, 2 worker name, 3 timestamp, 4 epoch seconds (int), 5 failure ttl, 6 base64(zlib(text)), 7 elapsed seconds,
--       8 execution id or '', 9 started epoch, 10 ended epoch, 11 '1' if retrying is allowed, 12 'failed' or 'stopped', 13 queue
local id, ttl = ARGV[1], tonumber(ARGV[5])
local member = id
if ARGV[8] ~= '' then
  member = id .. ':' .. ARGV[8]
  redis.call('DEL', 'rq:execution:' .. member)
  redis.call('ZREM', 'rq:executions:' .. id, ARGV[8])
end
-- is it still ours?  (bare members carry no owner, so the hash decides)
local own = redis.call('HMGET', KEYS[1], 'data', 'status', 'worker_name')
local other = own[1] and own[2] == 'started' and own[3] ~= ARGV[2]
if ARGV[8] ~= '' or not other then redis.call('ZREM', KEYS[2], member) end
-- An expired worker is born again by its heartbeat; a stub without its other fields would hide that.
local born = redis.call('HEXISTS', KEYS[5], 'birth') == 1
if born then redis.call('HSET', KEYS[5], 'state', 'idle', 'last_heartbeat', ARGV[3]) end
if not own[1] then redis.call('DEL', KEYS[1]) return 'gone' end
if other or own[2] ~= 'started' then return 'lost' end
if born then
  redis.call('HINCRBY', KEYS[5], 'failed_job_count', 1)
  redis.call('HINCRBYFLOAT', KEYS[5], 'total_working_time', ARGV[7])
end
-- RQ's own workers clean the registry now and then; where there are none, nobody else does.
redis.call('ZREMRANGEBYSCORE', KEYS[3], 0, ARGV[4])
local v = redis.call('HMGET', KEYS[1], 'status', 'retries_left', 'retry_intervals', 'enqueue_at_front_on_retry')
local left = tonumber(v[2] or '0') or 0
if ARGV[11] == '1' and left > 0 then
  local wait = 0
  if v[3] and v[3] ~= '' then
    local iv = cjson.decode(v[3])
    if #iv > 0 then wait = iv[math.max(#iv - left, 0) + 1] or 0 end
  end
  redis.call('HSET', KEYS[1], 'retries_left', left - 1, 'ended_at', ARGV[3])
  redis.call('SADD', 'rq:queues', 'rq:queue:' .. ARGV[13])
  if wait > 0 then
    redis.call('HSET', KEYS[1], 'status', 'scheduled')
    redis.call('ZADD', 'rq:scheduled:' .. ARGV[13], ARGV[4] + wait, id)
    return 'scheduled'
  end
  redis.call('HSET', KEYS[1], 'status', 'queued', 'enqueued_at', ARGV[3])
  redis.call(v[4] == '1' and 'LPUSH' or 'RPUSH', 'rq:queue:' .. ARGV[13], id)
  return 'queued'
end
redis.call('HSET', KEYS[1], 'status', ARGV[12], 'ended_at', ARGV[3], 'last_heartbeat', ARGV[3])
local x = {'XADD', KEYS[4], 'MAXLEN', '~', '10', '*', 'type', '2', 'worker_name', ARGV[2], 'exc_string', ARGV[6]}
if ARGV[8] ~= '' then
  for _, e in ipairs({'execution_id', ARGV[8], 'execution_started_at', ARGV[9], 'execution_ended_at', ARGV[10]}) do x[#x+1] = e end
end
redis.call(unpack(x))
local dk = KEYS[1] .. ':dependents'
if ttl > 0 then
  redis.call('EXPIRE', KEYS[4], ttl)
  redis.call('EXPIRE', KEYS[1], ttl)
  redis.call('EXPIRE', dk, ttl)
  redis.call('EXPIRE', 'rq:job::' .. id .. ':dependencies', ttl)
  redis.call('ZADD', KEYS[3], ARGV[4] + ttl, id)
else
  redis.call('ZADD', KEYS[3], '-1', id)
end
if ARGV[12] == 'failed' then
  for _, d in ipairs(redis.call('SMEMBERS', dk)) do
    local jk = 'rq:job:' .. d
    local w = redis.call('HMGET', jk, 'status', 'origin', 'allow_dependency_failures', 'enqueue_at_front', 'ttl')
    local ok = w[1] == 'deferred' and w[2] and w[3] == '1'
    if ok then
      for _, p in ipairs(redis.call('SMEMBERS', 'rq:job::' .. d .. ':dependencies')) do
        if p ~= id then
          local ps = redis.call('HGET', 'rq:job:' .. p, 'status')
          if ps and ps ~= 'finished' and ps ~= 'failed' then ok = false end
        end
      end
    end
    if ok then
      redis.call('ZREM', 'rq:deferred:' .. w[2], d)
      redis.call('SADD', 'rq:queues', 'rq:queue:' .. w[2])
      redis.call('HSET', jk, 'status', 'queued', 'enqueued_at', ARGV[3])
      if w[5] and tonumber(w[5]) then redis.call('EXPIRE', jk, w[5]) end
      redis.call(w[4] == '1' and 'LPUSH' or 'RPUSH', 'rq:queue:' .. w[2], d)
      redis.call('SREM', dk, d)
    end
  end
end
return ARGV[12]
