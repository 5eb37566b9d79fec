-- Shows an adopted job as finished; it is kept as long as it says itself. What a client canceled or deleted under the
-- worker's feet stays so.
-- 1 job id, 2 queue, 3 timestamp, 4 epoch second, 5 worker name, 6 base64 return value or '', 7 rev, 8 id of the row
function changes.rq_finish(A)
  local id, queue = A[1], A[2]
  local hash, results = 'rq:job:' .. id, 'rq:results:' .. id
  local shown = redis.call('HMGET', hash, 'data', 'pd_rev', 'status', 'result_ttl')
  if is_late(A[7], shown[2]) then return 0 end
  redis.call('ZREM', 'rq:wip:' .. queue, id)
  if not shown[1] or shown[3] == 'canceled' then return 0 end
  redis.call('LREM', 'rq:queue:' .. queue, 0, id)
  leave_registries(id, queue, {'scheduled', 'failed', 'deferred'})
  redis.call('HSET', hash, 'status', 'finished')
  release_dependents(id, A[3], false)
  local ttl, dependents, dependencies = whole(shown[4], 500), hash .. ':dependents', 'rq:job::' .. id .. ':dependencies'
  if ttl == 0 then
    redis.call('DEL', hash, dependents, dependencies)
    return 1
  end
  redis.call('HSET', hash, 'ended_at', A[3], 'last_heartbeat', A[3], 'worker_name', A[5], 'pd_rev', A[7], 'pd_job', A[8])
  local entry = {'XADD', results, 'MAXLEN', '~', '10', '*', 'type', '1', 'worker_name', A[5]}
  if A[6] ~= '' then
    entry[#entry + 1] = 'return_value'
    entry[#entry + 1] = A[6]
  end
  redis.call(unpack(entry))
  if ttl > 0 then
    for _, key in ipairs({results, hash, dependents, dependencies}) do redis.call('EXPIRE', key, ttl) end
    redis.call('ZADD', 'rq:finished:' .. queue, A[4] + ttl, id)
  else
    redis.call('PERSIST', results)
    redis.call('PERSIST', hash)
    redis.call('ZADD', 'rq:finished:' .. queue, '+inf', id)
  end
  return 1
end
