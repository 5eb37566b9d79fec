-- KEYS: 1 job hash, 2 wip zset, 3 finished zset, 4 results stream, 5 worker hash
-- ARGV: 1 job id, 2 worker name, 3 timestamp, 4 epoch seconds (int), 5 result ttl, 6 base64 return value or '',
--       7 elapsed seconds, 8 execution id or '', 9 started epoch, 10 ended epoch
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
  redis.call('HINCRBY', KEYS[5], 'successful_job_count', 1)
  redis.call('HINCRBYFLOAT', KEYS[5], 'total_working_time', ARGV[7])
end
-- RQ's own workers clean the registry now and then; where there are none, nobody else does.
redis.call('ZREMRANGEBYSCORE', KEYS[3], 0, ARGV[4])
-- release dependents whose other parents are done
local dk = KEYS[1] .. ':dependents'
for _, d in ipairs(redis.call('SMEMBERS', dk)) do
  local jk = 'rq:job:' .. d
  local v = redis.call('HMGET', jk, 'status', 'origin', 'allow_dependency_failures', 'enqueue_at_front', 'ttl', 'timeout')
  local ok = v[1] == 'deferred' and v[2]
  if ok then
    for _, p in ipairs(redis.call('SMEMBERS', 'rq:job::' .. d .. ':dependencies')) do
      if p ~= id then
        local ps = redis.call('HGET', 'rq:job:' .. p, 'status')
        if ps and ps ~= 'finished' and not (ps == 'failed' and v[3] == '1') then ok = false end
      end
    end
  end
  if ok then
    redis.call('ZREM', 'rq:deferred:' .. v[2], d)
    redis.call('SADD', 'rq:queues', 'rq:queue:' .. v[2])
    redis.call('HSET', jk, 'status', 'queued', 'enqueued_at', ARGV[3])
    if not v[6] then redis.call('HSET', jk, 'timeout', '180') end
    if v[5] and tonumber(v[5]) then
      redis.call('EXPIRE', jk, v[5]); redis.call('EXPIRE', jk .. ':dependents', v[5])
      redis.call('EXPIRE', 'rq:job::' .. d .. ':dependencies', v[5])
    end
    redis.call(v[4] == '1' and 'LPUSH' or 'RPUSH', 'rq:queue:' .. v[2], d)
    redis.call('SREM', dk, d)
  end
end
if ttl == 0 then
  redis.call('DEL', KEYS[1], dk, 'rq:job::' .. id .. ':dependencies')
  return 'finished'
end
redis.call('HSET', KEYS[1], 'status', 'finished', 'ended_at', ARGV[3], 'last_heartbeat', ARGV[3])
local x = {'XADD', KEYS[4], 'MAXLEN', '~', '10', '*', 'type', '1', 'worker_name', ARGV[2]}
if ARGV[6] ~= '' then x[#x+1] = 'return_value'; x[#x+1] = ARGV[6] end
if ARGV[8] ~= '' then
  for _, e in ipairs({'execution_id', ARGV[8], 'execution_started_at', ARGV[9], 'execution_ended_at', ARGV[10]}) do x[#x+1] = e end
end
redis.call(unpack(x))
if ttl > 0 then
  redis.call('EXPIRE', KEYS[4], ttl)
  redis.call('ZADD', KEYS[3], ARGV[4] + ttl, id)
  redis.call('EXPIRE', KEYS[1], ttl)
  redis.call('EXPIRE', dk, ttl)
  redis.call('EXPIRE', 'rq:job::' .. id .. ':dependencies', ttl)
else
  redis.call('PERSIST', KEYS[4])
  redis.call('ZADD', KEYS[3], '+inf', id)
end
return 'finished'
