-- Puts an adopted job on its queue: rescued, given back, its pause over, or retried by an operator. One that waits
-- there stays where it is; one that Redis has forgotten is written anew.
-- 1 job id, 2 queue, 3 timestamp, 4 'front' or '', 5 rev of the row, 6 id of the row, 7 data, 8 description,
-- 9 timeout, 10 created_at
-- Returns 1 if it was pushed.
function changes.rq_push(A)
  local id, queue = A[1], A[2]
  local hash, list = 'rq:job:' .. id, 'rq:queue:' .. queue
  local shown = redis.call('HMGET', hash, 'data', 'pd_rev', 'status')
  if is_late(A[5], shown[2]) then return 0 end
  -- Redis knew that it waits: a Python worker of a shared queue has taken it since.
  if shown[2] == A[5] and (shown[3] == 'started' or shown[3] == 'finished' or shown[3] == 'failed') then return 0 end
  redis.call('LREM', list .. ':intermediate', 0, id)
  redis.call('ZREM', 'rq:wip:' .. queue, id)
  leave_registries(id, queue, {'finished', 'failed', 'scheduled', 'canceled', 'deferred'})
  if not shown[1] then
    redis.call('DEL', hash)
    redis.call('HSET', hash, 'created_at', A[10], 'data', A[7], 'origin', queue, 'description', A[8], 'timeout', A[9],
      'success_callback_name', '', 'failure_callback_name', '', 'stopped_callback_name', '', 'group_id', '')
  end
  redis.call('PERSIST', hash)
  redis.call('HSET', hash, 'status', 'queued', 'started_at', '', 'ended_at', '', 'last_heartbeat', '',
    'worker_name', '', 'pd_rev', A[5], 'pd_job', A[6])
  if redis.call('LPOS', list, id) then return 0 end
  redis.call('HSET', hash, 'enqueued_at', A[3])
  redis.call('SADD', 'rq:queues', list)
  redis.call(A[4] == 'front' and 'LPUSH' or 'RPUSH', list, id)
  return 1
end
