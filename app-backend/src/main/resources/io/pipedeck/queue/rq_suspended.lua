-- Shows workers that are not busy in another state.
-- ARGV: 1 state, 2… names of workers
for i = 2, #ARGV do
  local worker = 'rq:worker:' .. ARGV[i]
  local state = redis.call('HGET', worker, 'state')
  if state and state ~= 'busy' then redis.call('HSET', worker, 'state', ARGV[1]) end
end
return 1
