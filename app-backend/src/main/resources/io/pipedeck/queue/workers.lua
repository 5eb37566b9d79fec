-- Counts the living workers of a queue, and forgets those whose hash has expired: a killed one can't do it itself.
-- ARGV: 1 queue
local set, living = 'rq:workers:' .. ARGV[1], 0
for _, worker in ipairs(redis.call('SMEMBERS', set)) do
  if redis.call('EXISTS', worker) == 1 then
    living = living + 1
  else
    redis.call('SREM', set, worker)
    redis.call('SREM', 'rq:workers', worker)
  end
end
return living
