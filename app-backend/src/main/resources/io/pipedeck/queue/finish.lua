-- Shows a job as finished. What a client canceled or deleted under the worker's feet stays so.
-- 1 job id, 2 queue, 3 timestamp, 4 epoch second, 5 worker name, 6 result ttl, 7 base64 return value or '', 8 rev,
-- 9 started_at, 10 '1' if its start was not shown
function begins.finish(first, last, size)
  no_dependents = existing(':dependents', first, last, size) == 0
  local bytes = 0
  for at = first, last, size do bytes = bytes + 1600 + #ARGV[at + 6] end
  finished(bytes)
end

function changes.finish(A)
  local id, queue, ttl = A[1], A[2], tonumber(A[6])
  local hash, results = 'rq:job:' .. id, 'rq:results:' .. id
  local shown = redis.call('HMGET', hash, 'origin', 'pd_rev', 'status', 'pd_unlogged')
  if A[10] == '1' then later('take off', 'rq:queue:' .. queue .. ':intermediate', id) end
  if is_late(A[8], shown[2]) then return 0 end
  if shown[3] ~= 'queued' then redis.call('ZREM', 'rq:wip:' .. queue, id) end
  if shown[3] == 'canceled' then return 0 end
  local waited_for = release_dependents(id, A[3], false)
  if waited_for then
    redis.call('EXPIRE', hash .. ':dependents', ttl)
    redis.call('EXPIRE', 'rq:job::' .. id .. ':dependencies', ttl)
  end
  if not shown[1] then return 0 end
  clean('rq:finished:' .. queue, A[4])
  if A[10] == '1' then
    set(hash, shown[4], 'status', 'finished', 'started_at', A[9], 'ended_at', A[3], 'worker_name', A[5], 'pd_rev', A[8])
  else
    set(hash, shown[4], 'status', 'finished', 'ended_at', A[3], 'pd_rev', A[8])
  end
  if A[7] ~= '' then
    redis.call('XADD', results, 'MAXLEN', '~', '10', '*', 'type', '1', 'worker_name', A[5], 'return_value', A[7])
  else
    redis.call('XADD', results, 'MAXLEN', '~', '10', '*', 'type', '1', 'worker_name', A[5])
  end
  redis.call('EXPIRE', results, ttl)
  later('ZADD', 'rq:finished:' .. queue, A[4] + ttl, id)
  redis.call('EXPIRE', hash, ttl)
  return 1
end
