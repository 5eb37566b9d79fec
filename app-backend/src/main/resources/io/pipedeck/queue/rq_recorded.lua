-- The end of a job that a Python worker ran is recorded: Redis may forget it, unless it has gone on since.
-- ARGV: 1 job id, 2 queue, 3 epoch second, 4 ttl, 5 status that was recorded
local id, queue = ARGV[1], ARGV[2]
local hash = 'rq:job:' .. id
if redis.call('HGET', hash, 'status') ~= ARGV[5] then return 0 end
for _, key in ipairs({hash, 'rq:results:' .. id, hash .. ':dependents', 'rq:job::' .. id .. ':dependencies'}) do
  redis.call('EXPIRE', key, ARGV[4])
end
for _, registry in ipairs({'finished', 'failed'}) do
  redis.call('ZADD', 'rq:' .. registry .. ':' .. queue, 'XX', ARGV[3] + ARGV[4], id)
end
return 1
