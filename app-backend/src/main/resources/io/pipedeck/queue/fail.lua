-- Shows a job as failed for good, or stopped on command.
-- 1 job id, 2 queue, 3 timestamp, 4 epoch second, 5 worker name, 6 failure ttl, 7 base64(zlib(text)), 8 rev,
-- 9 'failed' or 'stopped', 10 '1' if its start was not shown
function changes.fail(A)
  local id, queue, ttl = A[1], A[2], tonumber(A[6])
  local hash, results = 'rq:job:' .. id, 'rq:results:' .. id
  local shown = redis.call('HMGET', hash, 'data', 'pd_rev', 'status', 'pd_unlogged')
  if A[10] == '1' then redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id) end
  if is_late(A[8], shown[2]) then return 0 end
  redis.call('ZREM', 'rq:wip:' .. queue, id)
  if shown[3] == 'canceled' then return 0 end
  local waited_for = A[9] == 'failed' and release_dependents(id, A[3], true)
  if waited_for then
    redis.call('EXPIRE', hash .. ':dependents', ttl)
    redis.call('EXPIRE', 'rq:job::' .. id .. ':dependencies', ttl)
  end
  if not shown[1] then
    -- What waits for others too must know that it failed.
    if waited_for then
      redis.call('HSET', hash, 'status', 'failed')
      redis.call('EXPIRE', hash, ttl)
    end
    return 0
  end
  clean('rq:failed:' .. queue, A[4])
  set(hash, shown[4], 'status', A[9], 'ended_at', A[3], 'last_heartbeat', A[3], 'pd_rev', A[8])
  if A[5] ~= '' then redis.call('HSET', hash, 'worker_name', A[5]) end
  redis.call('XADD', results, 'MAXLEN', '~', '10', '*', 'type', '2', 'worker_name', A[5], 'exc_string', A[7])
  redis.call('EXPIRE', results, ttl)
  redis.call('EXPIRE', hash, ttl)
  redis.call('ZADD', 'rq:failed:' .. queue, A[4] + ttl, id)
  return 1
end
