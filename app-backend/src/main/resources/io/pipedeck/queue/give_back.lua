-- Puts an id that was popped, or a job that was started, back at the head of its queue.
-- ARGV: 1 job id, 2 queue, 3 timestamp, 4 worker name or ''
local id, queue = ARGV[1], ARGV[2]
local hash, list = 'rq:job:' .. id, 'rq:queue:' .. queue
if ARGV[4] ~= '' and redis.call('HEXISTS', 'rq:worker:' .. ARGV[4], 'birth') == 1 then
  redis.call('HSET', 'rq:worker:' .. ARGV[4], 'state', 'idle', 'last_heartbeat', ARGV[3])
end
local popped = redis.call('LREM', list .. ':intermediate', 0, id)
local started = 0
if ARGV[4] ~= '' and redis.call('HGET', hash, 'worker_name') == ARGV[4] then
  started = redis.call('ZREM', 'rq:wip:' .. queue, id)
end
if popped + started == 0 or redis.call('HEXISTS', hash, 'data') == 0 or redis.call('LPOS', list, id) then return 0 end
if started == 1 then
  redis.call('HSET', hash, 'status', 'queued', 'enqueued_at', ARGV[3], 'started_at', '', 'worker_name', '')
end
redis.call('LPUSH', list, id)
return 1
