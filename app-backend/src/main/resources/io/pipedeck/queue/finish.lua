-- Shows a job as finished. What a client canceled or deleted under the worker's feet stays so.
-- 1 job id, 2 queue, 3 timestamp, 4 epoch second, 5 worker name, 6 result ttl, 7 base64 return value or '', 8 rev,
-- 9 started_at, 10 '1' if its start was not shown
-- A finished job takes some 1,600 bytes, and its return value.
function begins.finish(run)
  local bytes = 0
  for _, values in ipairs(run) do bytes = bytes + 1600 + #values[7] end
  redis.pcall('INCRBY', 'pipedeck:finished_bytes', bytes)
  no_dependents = existing(run, function(id) return 'rq:job:' .. id .. ':dependents' end) == 0
end

function changes.finish(A)
  local id, queue, ttl = A[1], A[2], tonumber(A[6])
  local hash, results = 'rq:job:' .. id, 'rq:results:' .. id
  local shown = redis.call('HMGET', hash, 'origin', 'pd_rev', 'status')
  if A[10] == '1' then later('take off', 'rq:queue:' .. queue .. ':intermediate', id) end
  if is_late(A[8], shown[2]) then return 0 end
  if shown[3] ~= 'queued' then redis.call('ZREM', 'rq:wip:' .. queue, id) end
  if not shown[1] or shown[3] == 'canceled' then return 0 end
  local waited_for = release_dependents(id, A[3], false)
  if ttl <= 0 then
    redis.call('DEL', hash, hash .. ':dependents', 'rq:job::' .. id .. ':dependencies')
    return 1
  end
  clean('rq:finished:' .. queue, A[4])
  if A[10] == '1' then
    redis.call('HSET', hash, 'status', 'finished', 'started_at', A[9], 'ended_at', A[3], 'worker_name', A[5], 'pd_rev', A[8])
  else
    redis.call('HSET', hash, 'status', 'finished', 'ended_at', A[3], 'pd_rev', A[8])
  end
  if A[7] ~= '' then
    redis.call('XADD', results, 'MAXLEN', '~', '10', '*', 'type', '1', 'worker_name', A[5], 'return_value', A[7])
  else
    redis.call('XADD', results, 'MAXLEN', '~', '10', '*', 'type', '1', 'worker_name', A[5])
  end
  redis.call('EXPIRE', results, ttl)
  later('ZADD', 'rq:finished:' .. queue, A[4] + ttl, id)
  redis.call('EXPIRE', hash, ttl)
  if waited_for then
    redis.call('EXPIRE', hash .. ':dependents', ttl)
    redis.call('EXPIRE', 'rq:job::' .. id .. ':dependencies', ttl)
  end
  return 1
end
