-- Enqueues a job for Python workers, once: one that is there already stays as it is.
-- ARGV: 1 job id, 2 queue, 3 timestamp, 4 data, 5 description, 6 timeout, 7 epoch second of the start or '',
--       8 retries or '', 9 JSON array of pauses or ''
-- Returns 1 if it was enqueued.
local id, queue, now = ARGV[1], ARGV[2], ARGV[3]
local hash, list = 'rq:job:' .. id, 'rq:queue:' .. queue
if redis.call('HEXISTS', hash, 'data') == 1 then return 0 end
redis.call('DEL', hash)
redis.call('SADD', 'rq:queues', list)
-- The result stays until it was recorded.
redis.call('HSET', hash, 'created_at', now, 'data', ARGV[4], 'origin', queue, 'description', ARGV[5], 'timeout', ARGV[6],
  'started_at', '', 'ended_at', '', 'last_heartbeat', '', 'worker_name', '', 'success_callback_name', '',
  'failure_callback_name', '', 'stopped_callback_name', '', 'group_id', '', 'result_ttl', '-1')
if ARGV[8] ~= '' then redis.call('HSET', hash, 'retries_left', ARGV[8]) end
if ARGV[9] ~= '' then redis.call('HSET', hash, 'retry_intervals', ARGV[9]) end
if ARGV[7] ~= '' then
  redis.call('HSET', hash, 'status', 'scheduled')
  redis.call('ZADD', 'rq:scheduled:' .. queue, ARGV[7], id)
else
  redis.call('HSET', hash, 'status', 'queued', 'enqueued_at', now)
  redis.call('RPUSH', list, id)
end
return 1
