-- Gives up the scheduler's locks that are ours.
-- ARGV: 1 value of the lock, 2… queues
for q = 2, #ARGV do
  local lock = 'rq:scheduler-lock:' .. ARGV[q]
  if redis.call('GET', lock) == ARGV[1] then redis.call('DEL', lock) end
end
return 1
